import type { NextApiRequest, NextApiResponse } from 'next';

const PARTS = ['a', 'b'];

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const started = Date.now();
  res.setHeader('X-Parts', PARTS.map((part) => part.toUpperCase()));
  res.setHeader('X-Empty', PARTS.filter((part) => part === req.query.part));
  res.setHeader('X-Started', started);
  res.setHeader('X-Left', Math.max(0, 60 - PARTS.length));
  res.setHeader('X-Either', req.query.part ? 'part' : -1);
  res.json([]);
}
