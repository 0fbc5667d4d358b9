import type { NextApiRequest, NextApiResponse } from 'next';

export function requireUser(req: NextApiRequest, res: NextApiResponse) {
  if (!req.session.user) {
    res.status(401).json({ error: 'Log in first' });
    return null;
  }
  return req.session.user;
}
