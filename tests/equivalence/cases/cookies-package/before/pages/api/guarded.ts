import type { NextApiRequest, NextApiResponse } from 'next';
import Cookies from 'cookies';
import { deny, jar } from '../../lib/jar';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  new Cookies(req, res).set('seen', '1');
  if (!jar(req, res).get('user', { signed: true })) {
    return deny(req, res);
  }
  res.status(200).json({ ok: true });
}
