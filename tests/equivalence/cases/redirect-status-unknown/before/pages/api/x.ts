import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const permanent = req.query.permanent === '1';
  res.redirect(permanent ? 308 : 302, '/there');
}
