import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', ['a=1; Path=/; HttpOnly', 'b=2; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
  res.json({ ok: true });
}
