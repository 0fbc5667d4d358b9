import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const to = (req.query.to as string) || '/';
  res.setHeader('X-A', '1');
  res.redirect(302, to);
}
