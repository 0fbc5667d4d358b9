import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const found = req.query.id === '1';
  return found ? res.status(200).json({ id: 1 }) : res.status(404).json({ error: 'none' });
}
