import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const id = req.query.id as string;
  if (!id) return res.status(400).json({ error: 'id?' });
  res.json({ id, upper: typeof id === 'string' ? id.toUpperCase() : null, length: id.length });
}
