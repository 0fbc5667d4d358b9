import type { NextApiResponse } from 'next';
import { type UserRequest, withUser } from '../../../lib/with-user';

export default withUser(async (req: UserRequest, res: NextApiResponse) => {
  if (req.method === 'PUT') return res.json({ by: req.user.id, text: req.body.text });
  if (req.method === 'GET') return res.json({ by: req.user.id, id: req.query.id });
  res.status(405).end();
});
