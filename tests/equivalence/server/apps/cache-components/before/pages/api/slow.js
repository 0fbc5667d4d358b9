export const config = { maxDuration: 30 };

export default function handler(req, res) {
  res.json({ id: req.query.id ?? null });
}
