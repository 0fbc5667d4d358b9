import type { NextApiRequest, NextApiResponse } from 'next';
import items from '.';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.headers['x-key']) {
    return res.status(401).end();
  }
  req.query.limit = '1';
  return items(req, res);
}
