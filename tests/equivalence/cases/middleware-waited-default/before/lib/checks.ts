import type { NextApiRequest, NextApiResponse } from 'next';

export function requireOwner(req: NextApiRequest, res: NextApiResponse, next: Function) {
  if (req.headers['x-owner'] !== 'me') return res.status(403).end();
  if (req.query.fails) {
    next(new Error('failed'));
  } else {
    next();
  }
}
