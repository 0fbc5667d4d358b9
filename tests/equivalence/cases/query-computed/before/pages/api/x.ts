import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const key = req.headers['x-key'] as string;
  res.json({ value: req.query[key] });
}
