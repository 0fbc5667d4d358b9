export default function handler(req, res) {
  res.json({ who: 'cat edit', method: req.method, version: req.httpVersion, query: req.query });
}
