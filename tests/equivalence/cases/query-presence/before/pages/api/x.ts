import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.json({ isIn: 'a' in req.query, truthy: !!req.query.a, type: typeof req.query.a, absent: req.query.a === undefined, fallback: req.query.a ?? 'none' });
}
