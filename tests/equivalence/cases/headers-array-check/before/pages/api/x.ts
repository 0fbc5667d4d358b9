import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const value = req.headers['x-a'];
  const first = Array.isArray(value) ? value[0] : value;
  res.json({ first: first ?? null, parts: first?.split(',') });
}
