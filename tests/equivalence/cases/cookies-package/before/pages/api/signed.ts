import type { NextApiRequest, NextApiResponse } from 'next';
import { jar } from '../../lib/jar';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-Before', '1');
  const cookies = jar(req, res);
  const user = cookies.get('user', { signed: true });
  if (user === undefined) {
    cookies.set('user', 'ada', { signed: true, expires: new Date(0) });
    return res.redirect(303, '/signed');
  }
  if (req.method === 'DELETE') {
    res.setHeader('Set-Cookie', 'only=this');
  }
  res.send(`Hello ${user}`);
}
