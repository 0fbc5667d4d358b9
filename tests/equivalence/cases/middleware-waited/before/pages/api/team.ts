import type { NextApiRequest, NextApiResponse } from 'next';
import { useTeam } from '../../lib/middleware';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    await useTeam(req, res);
    res.status(200).json({ team: req.query.team });
  } catch (error) {
    res.status(400).json({ error: `${error}` });
  }
}
