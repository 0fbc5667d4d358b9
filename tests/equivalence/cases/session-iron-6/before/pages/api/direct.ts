import { getIronSession } from 'iron-session';
import type { NextApiRequest, NextApiResponse } from 'next';
import { options } from '../../lib/session';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const session: any = await getIronSession(req, res, options);
  if (req.method === 'DELETE') {
    session.destroy();
    return res.status(204).end();
  }
  session.visits = (session.visits ?? 0) + 1;
  res.setHeader('X-Visits', String(session.visits));
  await session.save();
  res.status(200).json(session);
}
