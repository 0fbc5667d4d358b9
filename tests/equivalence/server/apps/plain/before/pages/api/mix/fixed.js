export default function handler(req, res) {
  res.json({ who: 'mix fixed', method: req.method, query: req.query });
}
