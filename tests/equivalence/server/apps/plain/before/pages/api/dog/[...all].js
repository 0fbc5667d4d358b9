export default function handler(req, res) {
  res.json({ who: 'dog all', method: req.method, version: req.httpVersion, query: req.query });
}
