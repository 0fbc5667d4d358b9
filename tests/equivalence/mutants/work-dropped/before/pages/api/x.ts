import type { NextApiRequest, NextApiResponse } from 'next';
import { mail } from '../../lib/mail';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  await mail('created');
  res.status(201).end();
}
