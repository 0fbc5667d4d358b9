import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const name = req.body?.name ?? 'nobody';
  res.json({ name, given: Boolean(req.body) });
}
