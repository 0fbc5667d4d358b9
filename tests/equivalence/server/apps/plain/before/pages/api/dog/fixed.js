export default function handler(req, res) {
  res.json({ who: 'dog fixed', method: req.method, query: req.query });
}
