import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-A', '1');
  res.setHeader('Set-Cookie', 'a=1');
  res.json(await load(req.query.id));
}
