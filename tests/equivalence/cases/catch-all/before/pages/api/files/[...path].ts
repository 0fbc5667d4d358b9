import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { path } = req.query;
  res.json({ path, depth: path!.length, joined: (path as string[]).join('/') });
}
