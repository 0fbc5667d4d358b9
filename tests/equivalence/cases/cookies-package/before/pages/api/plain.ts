import type { NextApiRequest, NextApiResponse } from 'next';
import Cookies from 'cookies';
import { db } from '../../lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const cookies = new Cookies(req, res);
  const last = cookies.get('last');
  db.seen(last, cookies.get('other'));
  cookies.set('last', req.body?.value ?? 'a b=c', { expires: new Date(4e12), sameSite: 'lax', httpOnly: false });
  cookies.set('twice', '1').set('twice', '2', { overwrite: true, domain: 'shop.example' });
  res.status(201).json({ last });
}
