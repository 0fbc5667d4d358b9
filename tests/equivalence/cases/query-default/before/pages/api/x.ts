import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { page = '1', size = 20, sort } = req.query;
  res.json({ page, size, sort: sort ?? null, next: Number(page) + 1 });
}
