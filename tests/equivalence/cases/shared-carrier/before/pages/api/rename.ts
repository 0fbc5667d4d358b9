import type { NextApiRequest, NextApiResponse } from 'next';
import { rename } from '../../lib/db';
import { languageOf, requireMember, type Member } from './me';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const found: Member | null = await requireMember(req, res);
  if (!found) return;
  const language = languageOf({ req, fallback: 'none' });
  res.json({ ...(await rename(found.team, req.body.name)), language });
}
