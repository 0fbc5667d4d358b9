import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const kind = req.query.kind;
  if (kind === 'text') return res.json('text');
  if (kind === 'null') return res.json(null);
  if (kind === 'number') return res.json(1.5);
  if (kind === 'date') return res.json({ at: new Date(0), nan: NaN, none: undefined });
  if (kind === 'array') return res.json([undefined, null]);
  res.json({ nested: { a: [1] } });
}
