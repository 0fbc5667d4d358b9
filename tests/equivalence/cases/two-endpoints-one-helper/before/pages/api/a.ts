import type { NextApiRequest, NextApiResponse } from 'next';
import { notFound } from '../../lib/send';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.query.id) return notFound(res);
  res.json({ a: req.query.id });
}
