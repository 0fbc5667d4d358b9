export default function handler(req, res) {
  res.json({ who: 'opt fixed', method: req.method, version: req.httpVersion, query: req.query });
}
