import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { limit, ...filter } = req.query;
  res.json({ ...req.query, limit, keys: Object.keys(req.query), found: await find(filter) });
}
