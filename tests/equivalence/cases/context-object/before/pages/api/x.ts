import type { NextApiRequest, NextApiResponse } from 'next';
import { input, noStore, page, requireKey } from '../../lib/context';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const tenant = 't';
  const ok = await requireKey({ req, res, tenant });
  if (!ok) return;
  noStore({ res });
  if (req.method === 'POST') {
    return res.status(201).json(input({ req, res, tenant }));
  }
  res.json({ page: page({ req, res, tenant }) });
}
