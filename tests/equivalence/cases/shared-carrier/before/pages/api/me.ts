import type { NextApiRequest, NextApiResponse } from 'next';
import { member } from '../../lib/db';

export type Member = { id: number; team: string };

export async function requireMember(req: NextApiRequest, res: NextApiResponse) {
  const found: Member | undefined = await member(req.cookies.token);
  if (!found) {
    res.setHeader('WWW-Authenticate', 'Cookie');
    res.status(401).json({ message: 'Who are you?' });
    return null;
  }
  return found;
}

export const languageOf = ({ req, fallback }: { req: NextApiRequest; fallback: string }) =>
  req.headers['accept-language'] ?? fallback;

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const found: Member | null = await requireMember(req, res);
  if (!found) return;
  res.setHeader('Content-Language', languageOf({ req, fallback: 'en' }));
  res.status(200).json(found);
}
