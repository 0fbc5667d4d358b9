import type { NextApiRequest, NextApiResponse } from 'next';
import { list } from '../../lib/db';
import { allowed } from '../../lib/guard';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!(await allowed(req, res))) return;
  res.json(await list());
}
