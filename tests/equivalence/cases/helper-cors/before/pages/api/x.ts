import type { NextApiRequest, NextApiResponse } from 'next';
import { cors } from '../../lib/cors';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  cors(req, res);
  if (req.method === 'OPTIONS') {
    res.status(204).end();
    return;
  }
  if (!req.query.id) return res.status(400).json({ error: 'id' });
  res.json({ id: req.query.id });
}
