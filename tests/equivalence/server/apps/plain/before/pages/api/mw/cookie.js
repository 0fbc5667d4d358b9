export default function handler(req, res) {
  res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/']);
  res.json({ seen: req.cookies.seen ?? null });
}
