import type { NextApiRequest, NextApiResponse } from 'next';
import { fail, ok } from '../../lib/reply';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.query.id) return fail(res, 400, 'id');
  return ok(res, { id: req.query.id });
}
