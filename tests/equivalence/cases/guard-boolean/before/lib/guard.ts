import type { NextApiRequest, NextApiResponse } from 'next';
import { lookup } from './db';

export async function allowed(req: NextApiRequest, res: NextApiResponse): Promise<boolean> {
  const user = await lookup(req.cookies.session);
  if (!user) {
    res.status(401).json({ error: 'Log in' });
    return false;
  }
  return true;
}
