import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', ['a=1', 'b=1']);
  if (req.query.c) res.setHeader('Set-Cookie', 'c=1');
  if (req.query.none) res.removeHeader('Set-Cookie');
  res.json({ ok: true });
}
