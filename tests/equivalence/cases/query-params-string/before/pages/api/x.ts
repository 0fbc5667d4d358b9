import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const search = new URLSearchParams(req.query as Record<string, string>);
  res.redirect(`/next?${search}`);
}
