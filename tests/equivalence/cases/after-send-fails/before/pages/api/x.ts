import type { NextApiRequest, NextApiResponse } from 'next';
import { fail, track } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  res.status(202).json({ accepted: true });
  await track('before');
  await fail();
  await track('never');
}
