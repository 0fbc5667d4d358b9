export default function handler(req, res) {
  res.json({ type: typeof req.body, length: JSON.stringify(req.body).length, body: JSON.stringify(req.body).slice(0, 400) });
}
