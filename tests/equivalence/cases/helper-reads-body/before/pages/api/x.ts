import type { NextApiRequest, NextApiResponse } from 'next';
import { readName } from '../../lib/read';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const name = readName(req, res);
  if (name === null) return;
  res.json({ name });
}
