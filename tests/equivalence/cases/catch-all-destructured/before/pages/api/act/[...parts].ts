import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const [kind, id] = req.query.parts as string[];
  if (kind === 'show') return res.json({ id: id ?? null });
  res.status(404).json({ kind });
}
