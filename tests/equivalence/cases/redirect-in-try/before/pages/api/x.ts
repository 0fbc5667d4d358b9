import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    if (req.query.fail) throw new Error('fail');
    res.redirect('/home');
  } catch (error) {
    res.status(500).json({ error: (error as Error).message });
  }
}
