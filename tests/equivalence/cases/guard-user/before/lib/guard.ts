import type { NextApiRequest, NextApiResponse } from 'next';

export async function requireUser(req: NextApiRequest, res: NextApiResponse) {
  const token = req.headers.authorization?.replace('Bearer ', '');
  if (!token) {
    res.setHeader('WWW-Authenticate', 'Bearer');
    res.status(401).end();
    return null;
  }
  return { token };
}
