import type { NextApiRequest, NextApiResponse } from 'next';
import { Readable } from 'stream';
import { audit } from '../../lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const name = String(req.query.name);
  res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  audit('opened');
  Readable.from(['one ', 'two']).pipe(res);
}
