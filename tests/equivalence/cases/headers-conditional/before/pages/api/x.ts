import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.cache) res.setHeader('Cache-Control', `max-age=${req.query.cache}`);
  if (req.query.fail) return res.status(400).json({ error: 'fail' });
  res.json({ ok: true });
}
