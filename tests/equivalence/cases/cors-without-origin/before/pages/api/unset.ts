import type { NextApiRequest, NextApiResponse } from 'next';
import NextCors from 'nextjs-cors';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  await NextCors(req, res, { origin: process.env.ORIGIN_THAT_IS_NOT_SET, methods: ['GET', 'POST'], credentials: true });
  res.status(200).json({ method: req.method });
}
