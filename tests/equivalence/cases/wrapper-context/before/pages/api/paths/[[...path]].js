import { withAgent } from '../../../lib/with-agent'

export default withAgent(async (context) => {
  const { request, response, agent } = context
  response.json({ path: request.query.path ?? [], agent })
})
