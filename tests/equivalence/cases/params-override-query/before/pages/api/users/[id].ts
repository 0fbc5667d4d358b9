import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { id, tab } = req.query;
  res.json({ id, tab: tab ?? null, keys: Object.keys(req.query).sort() });
}
