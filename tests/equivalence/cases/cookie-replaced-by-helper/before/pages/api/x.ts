import type { NextApiRequest, NextApiResponse } from 'next';
import { add, remember } from '../../lib/cookie';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', 'first=1');
  if (req.query.again) remember(res, 'again=1');
  if (req.query.more) add(res, 'more=1');
  res.status(200).json({ ok: true });
}
