import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.reason) res.statusMessage = 'Very Fine';
  res.status(200).json({ ok: true });
}
