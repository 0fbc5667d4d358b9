import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  switch (req.method) {
    case 'PUT':
    case 'PATCH':
      res.json({ changed: req.method, body: req.body });
      break;
    case 'GET':
      res.json({});
      break;
    default:
      res.status(400).json({ error: 'method' });
  }
}
