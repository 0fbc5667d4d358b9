export default function handler(req, res) {
  res.setHeader('X-Own', 'handler');
  res.json({ ok: true });
}
