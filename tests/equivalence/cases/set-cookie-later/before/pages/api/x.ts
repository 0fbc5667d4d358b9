import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const cookies = ['seen=1; Path=/'];
  if (req.query.login) cookies.push('session=s; Path=/; HttpOnly; SameSite=Lax');
  res.setHeader('Set-Cookie', cookies);
  res.status(200).json({ ok: true });
}
