import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.statusCode = 203;
  if (req.query.a) res.statusCode = 410;
  res.json({ a: 1 });
}
