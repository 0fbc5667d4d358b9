export default function handler(req, res) {
  res.setHeader('X-Method', req.method);
  res.json({ ok: true });
}
