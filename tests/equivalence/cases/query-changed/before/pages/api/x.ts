import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const filter = { ...req.query };
  delete filter.page;
  filter.extra = '1';
  res.json({ filter, page: req.query.page ?? null });
}
