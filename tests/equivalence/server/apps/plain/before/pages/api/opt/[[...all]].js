export default function handler(req, res) {
  res.json({ who: 'opt all', method: req.method, query: req.query });
}
