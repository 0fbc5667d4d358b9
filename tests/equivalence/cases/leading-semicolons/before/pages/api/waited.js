import { useAuth } from '../../lib/guards'

export default async function handler (req, res) {
  const rows = []
  await useAuth(req, res)

  ;[1, 2].forEach((x) => rows.push(x))
  const user = await useAuth(req, res) // a second time
  ;(user.list || [3]).forEach((x) => rows.push(x))
  if (req.query.again) await useAuth(req, res)
  ;`ab`.split('').forEach((x) => rows.push(x))
  res.status(200).json({ rows })
}
