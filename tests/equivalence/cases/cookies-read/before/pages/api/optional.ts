import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const list = req.cookies[`list-${req.query.of}`]?.split(',') ?? [];
  const filter = req.cookies[JSON.stringify(req.query.filter)];
  res.json({ list, theme: req.cookies['theme']?.toUpperCase(), length: req.cookies.session?.length, filter: filter ?? null });
}
