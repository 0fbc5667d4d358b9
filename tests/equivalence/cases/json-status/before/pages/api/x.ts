import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.query.id) return res.status(422).json({ error: 'id' });
  res.status(201).json({ id: req.query.id });
}
