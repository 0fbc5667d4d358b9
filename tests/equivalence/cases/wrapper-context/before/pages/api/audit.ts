import { withAudit } from '../../lib/with-user'

export default withAudit(async ({ req: request, res: response, user }) => {
  if (!request.query.id) {
    response.status(400).end()
    return
  }
  response.json({ id: request.query.id, user })
})
