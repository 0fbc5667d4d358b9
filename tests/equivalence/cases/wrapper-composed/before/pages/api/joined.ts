import type { NextApiRequest, NextApiResponse } from 'next';
import { join } from '../../lib/compose';
import { withErrors, withKey } from '../../lib/wrappers';

const handler = (req: NextApiRequest, res: NextApiResponse) => res.json({ ok: true });

export default join(withErrors, withKey)(handler);
