import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-A', req.headers['x-a'] as string);
  res.json({ ok: true });
}
