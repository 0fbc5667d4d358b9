export default function handler(req, res) {
  res.json({ who: 'mix id', method: req.method, version: req.httpVersion, query: req.query });
}
