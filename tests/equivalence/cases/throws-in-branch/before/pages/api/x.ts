import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'DELETE') throw new Error('never delete');
  if (req.method === 'GET') return res.json([]);
  res.status(405).end();
}
