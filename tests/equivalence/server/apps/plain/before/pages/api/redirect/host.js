export default function handler(req, res) {
  res.redirect(302, `https://${req.headers.host}/there?from=${req.headers['x-forwarded-host'] ?? ''}`);
}
