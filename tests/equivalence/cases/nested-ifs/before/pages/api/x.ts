import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { a, b } = req.query;
  if (a) {
    if (b) {
      res.status(400).json({ both: true });
      return;
    }
    res.setHeader('X-A', String(a));
  } else {
    if (!b) return res.status(404).end();
  }
  res.json({ a: a ?? null, b: b ?? null });
}
