import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { session, theme = 'light' } = req.cookies;
  res.json({ session, theme, absent: req.cookies.none === undefined, all: Object.keys(req.cookies).sort() });
}
