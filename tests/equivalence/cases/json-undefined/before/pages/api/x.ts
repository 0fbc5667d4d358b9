import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.json(await find(req.query.id));
}
