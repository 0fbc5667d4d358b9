import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const name = String(req.query.name ?? 'x-a').toLowerCase();
  res.json({ value: req.headers[name] ?? null });
}
