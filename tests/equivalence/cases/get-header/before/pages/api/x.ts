import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-A', 'a');
  if (!res.hasHeader('X-B')) res.setHeader('X-B', `${res.getHeader('X-A')}b`);
  res.json({ ok: true });
}
