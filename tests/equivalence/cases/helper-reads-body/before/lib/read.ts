import type { NextApiRequest, NextApiResponse } from 'next';

export function readName(req: NextApiRequest, res: NextApiResponse): string | null {
  const { name } = req.body;
  if (!name) {
    res.status(400).json({ error: 'name' });
    return null;
  }
  return name;
}
