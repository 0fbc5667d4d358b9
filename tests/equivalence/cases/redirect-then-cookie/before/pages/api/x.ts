import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', `token=${req.query.t ?? ''}; Path=/; HttpOnly`);
  res.setHeader('Cache-Control', 'no-store');
  res.redirect(302, req.query.to ? String(req.query.to) : '/');
}
