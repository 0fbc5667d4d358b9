import type { NextApiResponse } from 'next';
import { checkUser, onlyOwner } from '../../lib';
import type { UserRequest } from '../../lib/auth';

export default async function handler(req: UserRequest, res: NextApiResponse) {
  try {
    await checkUser(req, res);
    await onlyOwner(req, res);
    res.status(200).json({ by: req.user.id });
  } catch (error) {
    res.status(400).json({ error: `${error}` });
  }
}
