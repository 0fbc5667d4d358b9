import type { NextApiRequest, NextApiResponse } from 'next';
import { save } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  await save(req.body.name);
  res.json({ ok: true });
}
