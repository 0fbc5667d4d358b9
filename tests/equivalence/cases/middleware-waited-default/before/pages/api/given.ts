import type { NextApiResponse } from 'next';
import checkUser, { type UserRequest } from '../../lib/auth';

export default async function handler(req: UserRequest, res: NextApiResponse, next: unknown) {
  await checkUser(req, res, next);
  res.status(200).json({ by: req.user.id, next: typeof next });
}
