import type { NextApiRequest, NextApiResponse } from 'next';
import { sendFile } from '../../lib/files';

// Moves: the bytes keep the type that is set before.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Content-Type', 'image/png');
  sendFile(res, Buffer.from('logo'));
}
