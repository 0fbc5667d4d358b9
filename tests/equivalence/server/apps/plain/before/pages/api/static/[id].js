export default function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end();
  globalThis.dynamicHits = (globalThis.dynamicHits ?? 0) + 1;
  return res.json({ id: req.query.id, hits: globalThis.dynamicHits });
}
