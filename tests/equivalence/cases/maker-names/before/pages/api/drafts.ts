import type { NextApiRequest, NextApiResponse } from 'next';
import { withEditor } from '../../lib/guards';

export default withEditor((req: NextApiRequest, res: NextApiResponse) => {
  res.json([]);
});
