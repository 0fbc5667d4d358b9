import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  if (!req.body) return res.status(400).json({ error: 'body' });
  const first = req.body.name;
  const { n } = req.body;
  res.json({ first: first ?? null, n: n ?? null, same: req.body === req.body });
}
