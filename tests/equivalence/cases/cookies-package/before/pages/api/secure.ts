import type { NextApiRequest, NextApiResponse } from 'next';
import Cookies from 'cookies';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', 'first=1');
  const cookies = new Cookies(req, res, { secure: req.query.secure === 'yes' });
  cookies.set('token', 'größe'.slice(0, 2), { secure: req.query.cookie === 'yes' });
  res.end();
}
