import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { slug = ['home'] } = req.query;
  res.json({ slug, given: req.query.slug !== undefined });
}
