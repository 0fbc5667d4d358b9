import type { NextApiHandler, NextApiRequest } from 'next';

export const withErrors = (handler: NextApiHandler): NextApiHandler => async (req, res) => {
  try {
    await handler(req, res);
  } catch (error: any) {
    res.status(500).json({ error: error.message });
  }
};

export const withKey = (handler: NextApiHandler): NextApiHandler => async (req, res) => {
  if (!req.headers['x-key']) {
    return res.status(401).json({ error: 'No key' });
  }
  return handler(req, res);
};

export const withRole = (role: string) => (handler: NextApiHandler): NextApiHandler => async (req, res) => {
  if (req.headers['x-role'] !== role) {
    return res.status(403).end();
  }
  return handler(req, res);
};
