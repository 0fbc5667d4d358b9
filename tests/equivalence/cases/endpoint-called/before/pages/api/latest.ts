import type { NextApiRequest, NextApiResponse } from 'next';
import find from './items/[id]';

export default async function latest(req: NextApiRequest, res: NextApiResponse) {
  await find(req, res);
}
