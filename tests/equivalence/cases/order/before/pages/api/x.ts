import type { NextApiRequest, NextApiResponse } from 'next';
import { audit, load, save } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const row = await load(req.query.id);
  audit('loaded');
  const [a, b] = await Promise.all([save(1), save(2)]);
  if (!row) {
    await audit('missing');
    return res.status(404).json({ a, b });
  }
  console.log('found', row);
  res.json({ row, a, b });
}
