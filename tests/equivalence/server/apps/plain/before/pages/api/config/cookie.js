export default function handler(req, res) {
  res.setHeader('Set-Cookie', 'handler=1');
  res.json({ ok: true });
}
