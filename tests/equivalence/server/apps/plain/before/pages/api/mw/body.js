export default function handler(req, res) {
  res.json({ body: req.body });
}
