import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';
import { withErrors } from '../../lib/with-errors';

export default withErrors(async (req: NextApiRequest, res: NextApiResponse) => {
  res.status(200).json(await load(req.query.id));
});
