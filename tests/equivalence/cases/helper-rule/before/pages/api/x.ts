import type { NextApiRequest, NextApiResponse } from 'next';
import { list } from '../../lib/db';
import { caller, fail, ok } from '../../lib/http';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (caller(req) === 'mallory') return fail(res, 403, new Error('go away'));
  res.setHeader('X-Caller', 'seen: ' + caller(req));
  try {
    await ok(res, await list(caller(req), Number(req.headers['x-page'] ?? 1)));
  } catch (error) {
    fail(res, 400, error as Error);
  }
}
