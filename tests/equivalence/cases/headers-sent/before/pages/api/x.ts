import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    const row = await load(req.query.id);
    if (!row.id) res.status(404).json({ error: 'none' });
    if (!res.headersSent) res.json(row);
  } catch {
    res.status(500).end();
  }
}
