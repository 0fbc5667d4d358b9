import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'GET') {
    res.json({ get: true });
  } else if (req.method === 'POST') {
    res.status(201).json({ name: req.body.name });
  } else {
    res.status(405).json({ error: `${req.method} not allowed` });
  }
}
