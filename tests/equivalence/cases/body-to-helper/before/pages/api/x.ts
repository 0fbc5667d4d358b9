import type { NextApiRequest, NextApiResponse } from 'next';
import { load, track } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  res.json(await load(req.body));
}
