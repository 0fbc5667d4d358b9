import type { NextApiRequest, NextApiResponse } from 'next';
import { close, load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  let row;
  try {
    row = await load(req.query.id);
  } finally {
    await close();
  }
  if (!row) return res.status(404).end();
  res.json(row);
}
