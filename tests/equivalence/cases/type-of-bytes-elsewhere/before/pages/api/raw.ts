import type { NextApiRequest, NextApiResponse } from 'next';
import { sendFile } from '../../lib/files';

// Moves: nobody sets a type.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  sendFile(res, Buffer.from('raw'));
}
