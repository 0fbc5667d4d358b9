import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const { name, n = 5 } = req.body;
  if (!name) return res.status(400).json({ error: 'name?' });
  res.status(201).json({ name, n });
}
