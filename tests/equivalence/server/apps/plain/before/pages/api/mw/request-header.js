export default function handler(req, res) {
  res.json({ user: req.headers['x-user'] ?? null, secret: req.headers['x-secret'] ?? null });
}
