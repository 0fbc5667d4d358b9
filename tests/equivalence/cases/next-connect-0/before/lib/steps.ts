import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from './db';

export async function auth(req: any, res: NextApiResponse, next: any) {
  const user = db.user(String(req.headers.authorization ?? 'none'));
  if (!user) return res.status(401).json({ error: 'Who?' });
  req.user = user;
  await next();
}

export const needs = (key: string) => (req: NextApiRequest, res: NextApiResponse, next: any) => {
  if (!req.body?.[key]) return res.status(400).json({ missing: key });
  return next();
};

export function onError(error: any, req: NextApiRequest, res: NextApiResponse) {
  console.log(error.message);
  res.status(error.status ?? 500).json({ error: error.message });
}
