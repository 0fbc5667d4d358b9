import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Cache-Control', 'no-store');
  try {
    const row = await load(req.query.id);
    res.status(200).json(row);
  } catch (error) {
    console.error('failed', error);
    res.status(502).json({ error: (error as Error).message });
  }
}
