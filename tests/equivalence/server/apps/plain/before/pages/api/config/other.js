export default function handler(req, res) {
  res.setHeader('X-Same', 'handler');
  res.json({ ok: true });
}
