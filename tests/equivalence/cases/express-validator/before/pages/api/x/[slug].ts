import type { NextApiRequest, NextApiResponse } from 'next';

import { validateTeam } from '../../../lib/team';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  await validateTeam(req, res);
  const { name } = req.body;
  res.status(200).json({ name, slug: req.query.slug, page: req.query.page });
}
