import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from './db';

export const requireUser = async (
  req: NextApiRequest,
  res: NextApiResponse,
  next: (token: string) => void
) => {
  const token = req.headers.authorization?.replace('Bearer ', '');
  if (!token) return res.status(401).json({ error: 'no token' });
  await Promise.resolve(next(token));
};

export const requireBalance =
  (token: string) => async (res: NextApiResponse, next?: (balance: number) => Promise<void>) => {
    const balance = await find(token);
    if (token === 'poor') {
      res.status(409).json({ balance });
    } else {
      await next?.(1);
    }
  };
