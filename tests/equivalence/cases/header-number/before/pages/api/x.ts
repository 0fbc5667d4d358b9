import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-Total', Number(req.query.n ?? 0));
  res.json([]);
}
