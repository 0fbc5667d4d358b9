import type { NextApiRequest, NextApiResponse } from 'next';
import { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { audit } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    const name = String(req.query.name);
    res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    await pipeline(Readable.from(['one ', 'two']), res);
  } catch (error) {
    await audit('failed');
    res.status(500).json({ error: 'No file' });
  }
}
