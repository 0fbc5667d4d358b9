export default function handler(req, res) {
  res.json({ who: 'pick id', method: req.method, query: req.query });
}
