import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { id } = req.query;
  const ids = Array.isArray(id) ? id : id ? [id] : [];
  const [first] = Array.isArray(req.query.tag) ? req.query.tag : [req.query.tag];
  res.json({ ids, first: first ?? null });
}
