export default function handler(req, res) {
  res.setHeader('X-Mw', 'handler');
  res.json({ ok: true });
}
