import type { NextApiRequest, NextApiResponse } from 'next';

function page(req: NextApiRequest) {
  return Number(req.query.page) || 1;
}

function deny(res: NextApiResponse, why: string) {
  res.status(403).json({ why });
}

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.headers['x-role'] !== 'admin') return deny(res, 'role');
  res.json({ page: page(req) });
}
