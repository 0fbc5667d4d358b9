import type { NextApiRequest, NextApiResponse } from 'next';
import { sendAs } from '../../lib/files';

// Stays: the type that the helper sets may be the one that bytes have by themselves.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Content-Type', 'text/csv');
  sendAs(res, Buffer.from('a,b'), String(req.query.type));
}
