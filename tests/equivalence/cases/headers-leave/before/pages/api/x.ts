import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    if (req.query.type) {
      res.setHeader('X-Kind', 'type');
      const type = String(req.query.type).toUpperCase();
      if (type === 'BAD') throw new Error('bad');
      return res.status(200).send(type);
    }
    if (req.query.refuse) {
      res.setHeader('Allow', 'GET');
      res.status(405).json({ error: { message: `Method ${req.method} Not Allowed` } });
      return;
    }
    res.status(200).json({ done: true });
  } catch (error) {
    res.status(500).json({ error: (error as Error).message });
  }
}
