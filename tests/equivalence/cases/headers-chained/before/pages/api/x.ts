import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.status(203).setHeader('X-A', '1').setHeader('X-B', '2').json({ ok: true });
}
