import { type Context, withUser } from '../../../lib/with-user'

async function handler(ctx: Context) {
  ctx.res.setHeader('Cache-Control', 'no-store')
  ctx.res.json({ id: ctx.req.query.id, name: ctx.req.body.name, user: ctx.user.id })
}

export default withUser(handler)
