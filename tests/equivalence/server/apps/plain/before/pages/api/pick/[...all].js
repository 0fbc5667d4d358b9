export default function handler(req, res) {
  res.json({ who: 'pick all', method: req.method, version: req.httpVersion, query: req.query });
}
