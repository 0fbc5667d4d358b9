import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const n = Number(req.query.n);
  const limit = parseInt(req.query.limit as string, 10) || 10;
  res.json({ n: Number.isNaN(n) ? 'NaN' : n, limit, offset: +(req.query.offset ?? 0) });
}
