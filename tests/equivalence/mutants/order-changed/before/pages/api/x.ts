import type { NextApiRequest, NextApiResponse } from 'next';
import { charge, save } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  await save(1);
  await charge(1);
  res.status(201).end();
}
