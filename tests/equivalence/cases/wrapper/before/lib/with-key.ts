import type { NextApiHandler } from 'next';
import { log } from './db';

export const withKey = (handler: NextApiHandler): NextApiHandler => async (req, res) => {
  log('start');
  if (req.headers['x-key'] !== 'k') return res.status(403).json({ error: 'key' });
  await handler(req, res);
};
