import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.end) return res.end(`Hello ${req.query.name}`);
  res.send(`Hello ${req.query.name}`);
}
