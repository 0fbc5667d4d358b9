import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Content-Type', 'application/vnd.api+json');
  res.status(200).send(JSON.stringify({ a: 1 }));
}
