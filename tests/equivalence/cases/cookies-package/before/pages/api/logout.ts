import type { NextApiRequest, NextApiResponse } from 'next';
import { forget } from '../../lib/jar';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') {
    return res.status(405).end();
  }
  forget(req, res, 'user');
  if (req.query.fail) throw new Error('failed');
  res.status(204).end();
}
