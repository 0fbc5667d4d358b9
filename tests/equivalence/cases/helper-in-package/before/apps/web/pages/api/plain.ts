import { fail } from '../../../../packages/plain/api/fail';
import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  if (!req.body.name) return fail(res, req.body.reason);
  res.status(200).json({ name: req.body.name });
}
