import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const data = typeof req.body === 'string' ? JSON.parse(req.body || '{}') : req.body;
  res.json({ name: data?.name ?? null });
}
