import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.status(Number(req.query.status ?? 200)).json({ a: 1 });
}
