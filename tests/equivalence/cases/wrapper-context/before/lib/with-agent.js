// The members have other names.
export const withAgent = (handler) => async (req, res) => {
  await handler({ request: req, agent: req.headers['user-agent'], response: res })
}
