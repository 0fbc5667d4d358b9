import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.headers['x-key'] !== 'k') return res.status(401).json({ error: 'key' });
  if (req.method !== 'POST') return res.status(405).end();
  res.json({ ok: true });
}
