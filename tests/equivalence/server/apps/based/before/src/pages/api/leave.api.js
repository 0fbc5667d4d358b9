export default function handler(req, res) {
  res.redirect('/about');
}
