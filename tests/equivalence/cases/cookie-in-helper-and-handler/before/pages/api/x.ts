import type { NextApiRequest, NextApiResponse } from 'next';

function remember(res: NextApiResponse) {
  res.setHeader('Set-Cookie', 'seen=1');
}

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  remember(res);
  if (req.query.login) res.setHeader('Set-Cookie', 'session=s');
  res.json({ ok: true });
}
