import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.redirect(`/search?q=${encodeURIComponent('größe & mehr')}`);
}
