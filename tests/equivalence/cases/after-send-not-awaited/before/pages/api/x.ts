import type { NextApiRequest, NextApiResponse } from 'next';
import { load, track } from '../../lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.json({ ok: true });
  void track('seen');
}
