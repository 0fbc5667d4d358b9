import type { NextApiRequest, NextApiResponse } from 'next';
import { list, user } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end();
  if (!(await user(req.cookies.session))) return res.status(401).end();
  res.json(await list());
}
