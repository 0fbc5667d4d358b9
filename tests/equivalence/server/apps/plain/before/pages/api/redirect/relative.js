export default function handler(req, res) {
  res.setHeader('Set-Cookie', 'went=1; Path=/');
  res.redirect('/plain');
}
