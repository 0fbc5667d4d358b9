import type { NextApiRequest, NextApiResponse } from 'next';
import initMiddleware from './init-middleware';
import { userOf } from './db';

export interface UserRequest extends NextApiRequest {
  user: { id: string };
}

export const useAuth = initMiddleware(async (req: UserRequest, res: NextApiResponse, next: Function) => {
  const user = await userOf(req.headers.authorization);
  if (!user) return res.status(401).json({ error: 'who are you?' });
  req.user = user;
  next();
});

export const useUser = initMiddleware(async (req: NextApiRequest, res: NextApiResponse, next: Function) => {
  const user = await userOf(req.headers.authorization);
  if (user) {
    return next(user);
  }
  res.setHeader('WWW-Authenticate', 'Bearer');
  res.status(401).end();
});

export const useTeam = initMiddleware((req: NextApiRequest, res: NextApiResponse, next: Function) => {
  if (req.query.team) {
    next();
  } else {
    next(new Error('no team'));
  }
});

export const useSchema = (key: string, req: NextApiRequest, res: NextApiResponse) =>
  initMiddleware((req: NextApiRequest, res: NextApiResponse, next: Function) => {
    if (typeof req.body[key] !== 'string') {
      res.status(400).json({ missing: key });
      return;
    }
    next();
  })(req, res);
