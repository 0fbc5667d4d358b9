import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { searchParams, pathname } = new URL(req.url!, 'http://base');
  res.json({ pathname, a: searchParams.get('a'), all: searchParams.getAll('a') });
}
