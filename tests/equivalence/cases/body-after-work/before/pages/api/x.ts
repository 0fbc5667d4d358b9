import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  await load('before');
  const { name } = req.body;
  await load(name);
  res.json({ name });
}
