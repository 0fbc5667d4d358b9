import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const status: any = req.query.status ?? '201';
  res.status(status).json({ ok: true });
}
