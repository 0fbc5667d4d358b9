import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.json({ tag: req.query.tag, many: Array.isArray(req.query.tag), missing: req.query.tag === undefined });
}
