import type { NextApiRequest, NextApiResponse } from 'next';
import { load, track } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  for (const id of ['a', 'b', 'c']) {
    await track(id);
    if (id === req.query.stop) return res.json({ stopped: id });
  }
  res.status(404).end();
}
