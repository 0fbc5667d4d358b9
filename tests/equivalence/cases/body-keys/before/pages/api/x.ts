import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  res.json({ keys: Object.keys(req.body ?? {}), own: 'name' in Object(req.body), plain: Object.getPrototypeOf(Object(req.body)) === Object.prototype });
}
