import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const protocol = req.headers['x-forwarded-proto'] ?? 'https';
  res.json({ url: `${protocol}://${req.headers.host}/path` });
}
