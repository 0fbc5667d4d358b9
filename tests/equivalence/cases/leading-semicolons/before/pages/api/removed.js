export default function handler (req, res) {
  const rows = []
  if (req.method !== 'POST') return res.status(405).end()
  ;[1, 2].forEach((x) => rows.push(x))
  const { body } = req
  ;[3].forEach((x) => rows.push(x, body))
  res.setHeader('X-Rows', '3')
  ;[4].forEach((x) => rows.push(x))
  res.json({ rows })
}
