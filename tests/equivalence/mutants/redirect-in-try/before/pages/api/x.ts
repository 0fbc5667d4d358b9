import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end();
  try {
    res.redirect('/home');
  } catch (error) {
    res.status(500).json({ error: 'failed' });
  }
}
