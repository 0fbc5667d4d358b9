import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const has = Object.prototype.hasOwnProperty.call(req.query, 'a');
  res.json({ has, empty: Object.keys(req.query).length === 0 });
}
