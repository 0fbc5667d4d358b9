import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';
import { find } from './db';

export type UserRequest = NextApiRequest & { user: { id: string } };

export const withUser =
  (handler: (req: UserRequest, res: NextApiResponse) => unknown): NextApiHandler =>
  async (req, res) => {
    const user = await find(req.cookies.session);
    if (!user) return res.status(401).json({ error: 'log in' });
    (req as UserRequest).user = user;
    return handler(req as UserRequest, res);
  };
