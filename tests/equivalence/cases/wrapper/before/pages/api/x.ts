import type { NextApiRequest, NextApiResponse } from 'next';
import { withKey } from '../../lib/with-key';

async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.fail) throw new Error('fail');
  res.json({ id: req.query.id ?? null });
}

export default withKey(handler);
