import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Content-Type', 'application/xml');
  if (req.query.send) return res.send('<a/>');
  res.json({ ok: true });
}
