import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!['GET', 'DELETE'].includes(req.method!)) {
    return res.status(405).json({ error: 'Method not allowed' });
  }
  if (req.method === 'DELETE') return res.status(204).end();
  res.json([]);
}
