import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-Set', '1');
  res.json({ big: BigInt(Number(req.query.n ?? 1)) } as any);
}
