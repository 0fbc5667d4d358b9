import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  let result: string;
  switch (req.query.kind) {
    case 'a':
      result = 'A';
      break;
    case 'none':
      res.status(404).end();
      return;
    default:
      result = 'other';
  }
  res.send({ result });
}
