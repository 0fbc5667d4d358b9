import { withUser } from '../../lib/with-user'

export default withUser(({ req, res, user }) => {
  if (req.method !== 'GET') {
    return res.status(405).end()
  }
  res.json({ id: user.id, page: req.query.page })
})
