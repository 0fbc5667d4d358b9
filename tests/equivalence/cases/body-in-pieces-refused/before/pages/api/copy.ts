import type { NextApiRequest, NextApiResponse } from 'next';
import { Readable } from 'stream';
import { find } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { status, pieces } = find(String(req.query.id));
  res.status(status);
  Readable.from(pieces).pipe(res);
}
