export default function handler(req, res) {
  res.setHeader('Content-Type', 'text/plain');
  res.setHeader('Content-Length', 4);
  res.end('text');
}
