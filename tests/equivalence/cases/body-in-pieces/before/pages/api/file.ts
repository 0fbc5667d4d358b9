import type { NextApiRequest, NextApiResponse } from 'next';
import { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { audit } from '../../lib/db';

export const config = { api: { responseLimit: false } };

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const file = Readable.from(['one ', 'two ', 'three']);
  if (req.query.part) {
    res.writeHead(206, { 'Content-Type': 'text/plain', 'X-Part': '1' });
    await pipeline(file, res);
    await audit('sent');
    return;
  }
  if (req.query.whole) {
    return res.status(200).json({ whole: true });
  }
  res.setHeader('Content-Type', 'application/octet-stream');
  file.pipe(res);
}
