export default function handler(req, res) {
  if (req.method !== 'GET') return res.status(405).end();
  globalThis.hits = (globalThis.hits ?? 0) + 1;
  return res.json({ hits: globalThis.hits });
}
