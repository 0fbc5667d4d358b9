export const config = { api: { bodyParser: { sizeLimit: '10kb' } } };

export default function handler(req, res) {
  res.json({ body: req.body });
}
