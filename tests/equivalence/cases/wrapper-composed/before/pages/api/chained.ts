import type { NextApiRequest, NextApiResponse } from 'next';
import { chain } from '../../lib/compose';
import { withErrors, withKey } from '../../lib/wrappers';

const handler = (req: NextApiRequest, res: NextApiResponse) => res.json({ ok: true });

const route = chain([withErrors, withKey])(handler);

export default route;
