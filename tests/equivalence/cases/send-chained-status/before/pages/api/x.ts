import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  return res.setHeader('X-A', 'a').status(201).send({ made: true });
}
