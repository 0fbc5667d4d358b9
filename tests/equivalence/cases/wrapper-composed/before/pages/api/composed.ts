import type { NextApiRequest, NextApiResponse } from 'next';
import { compose } from '../../lib/compose';
import { withErrors, withKey, withRole } from '../../lib/wrappers';

async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.status(200).json({ page: req.query.page ?? null });
}

export default compose(withErrors, withKey, withRole('admin'))(handler);
