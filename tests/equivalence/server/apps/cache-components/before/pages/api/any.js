export default function handler(req, res) {
  globalThis.any = (globalThis.any ?? 0) + 1;
  res.json({ count: globalThis.any, id: req.query.id ?? null });
}
