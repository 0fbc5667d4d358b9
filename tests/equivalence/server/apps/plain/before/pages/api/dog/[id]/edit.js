export default function handler(req, res) {
  res.json({ who: 'dog edit', method: req.method, query: req.query });
}
