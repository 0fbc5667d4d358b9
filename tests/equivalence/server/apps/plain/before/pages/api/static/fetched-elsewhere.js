import { count } from '../../../lib/counter';

export default async function handler(req, res) {
  if (req.method === 'POST') return res.status(201).json({ ok: true });
  if (req.method !== 'GET') return res.status(405).end();
  return res.json({ count: await count() });
}
