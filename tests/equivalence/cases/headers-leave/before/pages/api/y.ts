import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  for (const item of ['a', 'b']) {
    if (req.query.item === item) {
      res.setHeader('X-Item', item);
      if (req.query.leave) break;

      return res.status(200).json({ item });
    }
  }
  res.status(200).json({ done: true });
}
