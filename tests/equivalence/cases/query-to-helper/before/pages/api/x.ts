import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from '../../lib/find';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.json(await find(req.query));
}
