import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.query.page) req.query.page = '1';
  res.json({ page: req.query.page });
}
