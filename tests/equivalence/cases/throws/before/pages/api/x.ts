import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  await load('first');
  if (req.query.fail) throw new Error('fail');
  await load('second');
  res.json({ ok: true });
}
