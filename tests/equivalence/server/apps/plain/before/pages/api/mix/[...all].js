export default function handler(req, res) {
  res.json({ who: 'mix all', method: req.method, query: req.query });
}
