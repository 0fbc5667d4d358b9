import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('X-List', ['a', 'b']);
  res.setHeader('Link', ['</a>; rel=preload', '</b>; rel=preload']);
  res.json({ ok: true });
}
