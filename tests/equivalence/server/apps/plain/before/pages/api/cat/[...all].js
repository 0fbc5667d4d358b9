export default function handler(req, res) {
  res.json({ who: 'cat all', method: req.method, query: req.query });
}
