import { withTenant } from '../../lib/with-user'

export default withTenant({ tenant: 'acme' })(async ({ res, tenant }) => {
  res.json({ tenant })
})
