import { useAuth } from '../../lib/guards'

export default async function handler (req, res) {
  const rows = []
  await useAuth(req, res);
  [1, 2].forEach((x) => rows.push(x))
  const { body } = req;
  [3].forEach((x) => rows.push(x, body))
  if (body) { await useAuth(req, res); rows.push(4) }
  res.json({ rows })
}
