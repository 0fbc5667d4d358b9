import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../../lib/db';

const MAX = 3;

// Two other endpoints call this one.
export default async function items(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'POST') {
    return res.status(201).json(await db.save(req.body));
  }
  const rows = await db.list(req.query.limit);
  res.status(200).json({ rows: rows.slice(0, MAX) });
}

export const config = { maxDuration: 10 };
