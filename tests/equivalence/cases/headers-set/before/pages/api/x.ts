import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Count', 3);
  res.setHeader('X-Twice', 'a');
  res.setHeader('x-twice', 'b');
  res.status(200).json({ ok: true });
}
