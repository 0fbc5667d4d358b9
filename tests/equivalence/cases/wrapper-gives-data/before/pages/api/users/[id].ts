import type { NextApiRequest, NextApiResponse } from 'next';
import { responder } from '../../../lib/api';
import { db } from '../../../lib/db';

async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'PATCH') {
    res.status(405).end();
    return;
  }
  const { id } = req.query;
  const user = await db.update(id, req.body);
  if (!user) {
    return res.status(404).json({ message: 'No such user' });
  }
  return { user };
}

export default responder(handler);
