import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';
import * as db from './db';

export const requireRole = (role: string) => async (req: NextApiRequest, res: NextApiResponse) => {
  const user = await db.user(req.cookies.token);
  if (user?.role !== role) {
    res.status(403).json({ message: `Only for ${role}s` });
    return null;
  }
  return user;
};

export const requireAdmin = requireRole('admin');

export function withRole(role: string) {
  return (handler: NextApiHandler) => async (req: NextApiRequest, res: NextApiResponse) => {
    const user = await db.user(req.cookies.token);
    if (user?.role !== role) return res.status(403).end();
    return handler(req, res);
  };
}

export const withEditor = withRole('editor');

export const bindGuard =
  (kind: string) =>
  (id: string) =>
  async (res: NextApiResponse, next: () => unknown) => {
    if (await db.bound(kind, id)) return res.status(409).json({ message: `${kind} is bound already` });
    return next();
  };

export const bindMailGuard = bindGuard('mail');
