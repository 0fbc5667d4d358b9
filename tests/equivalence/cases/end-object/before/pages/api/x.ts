import type { NextApiRequest, NextApiResponse } from 'next';
import { update } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    res.status(204).end(await update(req.query.what));
  } catch {
    res.status(500).json({ error: 'not updated' });
  }
}
