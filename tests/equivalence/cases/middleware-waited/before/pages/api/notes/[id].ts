import type { NextApiResponse } from 'next';
import { save } from '../../../lib/db';
import { type UserRequest, useAuth, useSchema, useUser } from '../../../lib/middleware';

export default async function handler(req: UserRequest, res: NextApiResponse) {
  res.setHeader('X-Notes', '1');
  if (req.method === 'PUT') {
    await useAuth(req, res);
    await useSchema('text', req, res);
    return res.status(200).json({ by: req.user.id, note: await save(`${req.query.id}`, req.body.text) });
  }
  const { id } = await useUser(req, res);
  res.status(200).json({ id });
}
