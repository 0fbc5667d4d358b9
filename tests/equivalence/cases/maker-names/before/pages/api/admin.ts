import type { NextApiRequest, NextApiResponse } from 'next';
import { requireAdmin } from '../../lib/guards';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const user = await requireAdmin(req, res);
  if (!user) return;
  res.json({ id: user.id });
}
