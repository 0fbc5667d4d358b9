export default function handler(req, res) {
  res.json({ first: req.cookies.session.split('.')[0], theme: req.cookies.theme?.toUpperCase() });
}
