export default function handler(req, res) {
  res.send('the same text');
}
