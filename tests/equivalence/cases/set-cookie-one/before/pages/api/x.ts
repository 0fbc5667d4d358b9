import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', 'a=%20b; Max-Age=60');
  if (req.query.out) res.setHeader('Set-Cookie', 'a=; Max-Age=0');
  res.status(200).end();
}
