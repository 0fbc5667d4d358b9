import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';
import { find } from './db';

export type UserHandler = (user: { id: string }, req: NextApiRequest, res: NextApiResponse) => unknown;

export const withUser =
  (handler: UserHandler): NextApiHandler =>
  async (req, res) => {
    const user = await find(req.cookies.session);
    if (!user) return res.status(401).json({ error: 'log in' });
    return handler(user, req, res);
  };

type Wrapper = (handler: NextApiHandler) => NextApiHandler;

export const withHeader: Wrapper = (handler) => async (req, res) => {
  res.setHeader('X-Seen', '1');
  return handler(req, res);
};
