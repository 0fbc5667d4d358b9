export default function handler(req, res) {
  res.json({ who: 'row all', method: req.method, version: req.httpVersion, query: req.query });
}
