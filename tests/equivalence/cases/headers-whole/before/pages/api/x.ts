import type { NextApiRequest, NextApiResponse } from 'next';
import { verify } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { 'x-id': id, 'x-list': list } = req.headers;
  res.json({ id, list, ok: await verify({ ...req.headers }.host) });
}
