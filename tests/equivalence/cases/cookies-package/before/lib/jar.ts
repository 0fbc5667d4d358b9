import type { NextApiRequest, NextApiResponse } from 'next';
import Cookies from 'cookies';

export const keys = ['new', 'old'];

export function jar(req: NextApiRequest, res: NextApiResponse) {
  return new Cookies(req, res, { keys });
}

export function forget(req: NextApiRequest, res: NextApiResponse, name: string) {
  const cookies = new Cookies(req, res);
  cookies.set(name);
  cookies.set(`${name}.at`, '', { path: '/old' });
}

export function deny(req: NextApiRequest, res: NextApiResponse) {
  new Cookies(req, res).set('seen', '2', { overwrite: true }).set('denied', 'yes');
  return res.status(401).json({ error: 'Unauthorized' });
}
