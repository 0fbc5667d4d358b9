import type { NextApiRequest, NextApiResponse } from 'next';
import createClient from '../../lib/client';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const client = createClient(req, res);
  const user = await client.user();
  if (!user) return res.status(401).json({ error: 'Nobody' });
  if (req.query.again) await client.user();
  res.status(200).json({ user });
}
