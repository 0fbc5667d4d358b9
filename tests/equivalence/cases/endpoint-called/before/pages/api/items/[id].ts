import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../../lib/db';

export default async (req: NextApiRequest, res: NextApiResponse) => {
  const item = await db.find(req.query.id);
  if (!item) {
    return res.status(404).json({ error: 'No such item' });
  }
  return res.json(item);
};
