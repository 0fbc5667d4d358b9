import type { NextApiResponse } from 'next';
import { checkUser } from '../../lib';
import type { UserRequest } from '../../lib/auth';
import connected from '../../lib/connected';
import { save } from '../../lib/db';

export default async function handler(req: UserRequest, res: NextApiResponse, next: Function) {
  const { method } = req;
  await connected(req, res, next);

  switch (method) {
    case 'GET':
      await checkUser(req, res, next);
      res.status(200).json({ by: req.user.id });
      break;
    case 'POST':
      await checkUser(req, res, next);
      await create(req, res);
      break;
    default:
      res.setHeader('Allow', ['GET', 'POST']);
      res.status(405).end(`Method ${method} Not Allowed`);
  }
}

async function create(req: UserRequest, res: NextApiResponse) {
  res.status(201).json(await save(req.user.id, req.body.text));
}
