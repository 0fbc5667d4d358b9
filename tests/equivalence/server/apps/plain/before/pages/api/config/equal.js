export default function handler(req, res) {
  res.setHeader('X-Same', 'config');
  res.json({ ok: true });
}
