import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.appendHeader('Set-Cookie', 'a=1');
  if (req.query.b) res.appendHeader('Set-Cookie', 'b=2');
  res.json({ ok: true });
}
