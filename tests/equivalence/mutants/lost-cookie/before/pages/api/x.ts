import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end();
  res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/']);
  res.json({ ok: true });
}
