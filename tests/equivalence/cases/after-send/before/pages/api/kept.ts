import type { NextApiRequest, NextApiResponse } from 'next';
import { save } from '../../lib/db';
import { mail } from '../../lib/mail';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const id = await save(req.body);
  const sent = res.status(201).json({ id });
  await mail(`created ${id}`);
  return sent;
}
