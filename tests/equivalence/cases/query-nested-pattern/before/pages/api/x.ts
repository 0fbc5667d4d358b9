import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { query: { id, ...rest }, method, headers: { host }, cookies: { session } } = req;
  res.json({ id, rest, method, host, session });
}
