export default function handler(req, res) {
  res.json({ link: new URL('/about', `http://${req.headers.host}${req.url}`).href });
}
