export default function handler(req, res) {
  res.json({ healthy: true });
}
