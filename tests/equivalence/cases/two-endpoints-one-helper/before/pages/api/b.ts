import type { NextApiRequest, NextApiResponse } from 'next';
import { notFound } from '../../lib/send';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'POST') return res.status(201).json({ b: true });
  return notFound(res);
}
