import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const name = `session-${req.query.site ?? 'a'}`;
  res.json({ one: req.cookies[name] ?? null, all: { ...req.cookies } });
}
