import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'HEAD') {
    res.setHeader('X-Total', '3');
    return res.status(200).end();
  }
  if (req.method === 'GET') return res.json([1, 2, 3]);
  res.status(405).end();
}
