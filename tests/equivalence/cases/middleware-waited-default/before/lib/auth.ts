import type { NextApiRequest, NextApiResponse } from 'next';
import initMiddleware from './init-middleware';
import { userOf } from './db';

export interface UserRequest extends NextApiRequest {
  user: { id: string };
}

const checkUser = async (req: UserRequest, res: NextApiResponse, next: Function) => {
  const user = await userOf(req.headers.authorization);
  if (!user) {
    res.status(401).json({ error: 'who are you?' });
  } else {
    req.user = user;
    next();
  }
};

export default initMiddleware(checkUser);
