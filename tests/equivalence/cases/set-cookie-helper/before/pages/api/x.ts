import type { NextApiRequest, NextApiResponse } from 'next';
import { login } from '../../lib/db';
import { remember } from '../../lib/session';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const user = await login(req.body.name);
  if (!user) return res.status(401).json({ error: 'no' });
  remember(res, user.id);
  res.status(200).json({ id: user.id });
}
