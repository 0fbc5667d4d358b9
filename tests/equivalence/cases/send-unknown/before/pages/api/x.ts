import type { NextApiRequest, NextApiResponse } from 'next';
import { load } from '../../lib/db';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.status(200).send(await load(req.query.kind));
}
