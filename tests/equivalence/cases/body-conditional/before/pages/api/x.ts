import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  if (req.query.skip) return res.json({ skipped: true });
  res.json({ name: req.body.name ?? null });
}
