import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-A', '1');
  res.appendHeader('X-B', 'b1');
  res.appendHeader('X-B', 'b2');
  if (req.query.drop) res.removeHeader('X-A');
  res.json({ ok: true });
}
