export default async function handler(req, res) {
  try {
    await res.revalidate(req.query.path ?? '/isr');
    return res.json({ revalidated: true });
  } catch (error) {
    return res.status(500).json({ revalidated: false });
  }
}
