export default function handler(req, res) {
  globalThis.count = (globalThis.count ?? 0) + 1;
  res.json({ count: globalThis.count });
}
