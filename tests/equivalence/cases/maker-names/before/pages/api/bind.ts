import type { NextApiRequest, NextApiResponse } from 'next';
import { bindMailGuard } from '../../lib/guards';
import { bindMail } from '../../lib/services';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const id = String(req.query.id);
  await bindMailGuard(id)(res, () => bindMail(id)(res));
}
