import type { NextApiHandler } from 'next';
import { type UserHandler, withHeader, withUser } from '../../lib/with-user';

const handler: UserHandler = async (user, req, res) => {
  if (req.method === 'PUT') return res.json({ by: user.id, text: req.body.text });
  if (req.method === 'GET') return res.json({ by: user.id, page: req.query.page });
  res.status(405).end();
};

export default withHeader(withUser(handler) as NextApiHandler);
