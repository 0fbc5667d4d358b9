import type { NextApiRequest, NextApiResponse } from 'next';
import { save } from '../../lib/db';
import { withErrors } from '../../lib/with-errors';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (!req.body.name) {
    return res.status(400).json({ error: 'name is missing' });
  }
  await withErrors(req, res, async (req, res) => {
    res.status(201).json(await save(req.body.name));
  });
}
