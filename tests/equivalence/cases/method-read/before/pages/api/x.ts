import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-Method', req.method!);
  res.json({ method: req.method, lower: req.method?.toLowerCase() });
}
