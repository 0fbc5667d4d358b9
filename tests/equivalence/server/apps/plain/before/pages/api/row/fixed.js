export default function handler(req, res) {
  res.json({ who: 'row fixed', method: req.method, query: req.query });
}
