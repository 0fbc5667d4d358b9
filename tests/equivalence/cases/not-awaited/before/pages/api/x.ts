import type { NextApiRequest, NextApiResponse } from 'next';
import { load, track } from '../../lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  void track('seen');
  track('again').catch(() => {});
  res.json({ ok: true });
}
