import type { NextApiRequest, NextApiResponse } from 'next';
import { remove } from '../../../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { team } = req.query;
  if (req.method === 'GET') return res.json({ team });
  if (req.method === 'DELETE') {
    await remove(team as string, String(req.query.id));
    return res.status(204).end();
  }
  res.status(405).end();
}
