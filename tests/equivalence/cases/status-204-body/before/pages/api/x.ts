import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.not) return res.status(304).json({ a: 1 });
  if (req.query.send) return res.status(204).send('text');
  if (req.query.end) return res.status(204).end();
  res.status(204).json({ ok: true });
}
