export default function handler(req, res) {
  res.json({ draft: req.draftMode ?? null });
}
