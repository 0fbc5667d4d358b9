import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET' && req.method !== 'POST') return res.status(405).end();
  if (req.method === 'POST') return res.status(201).json({ name: req.body.name });
  res.json([]);
}
