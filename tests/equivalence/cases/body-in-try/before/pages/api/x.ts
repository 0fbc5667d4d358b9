import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  try {
    const { name } = req.body;
    res.json({ name });
  } catch (error) {
    console.error(error);
    res.status(500).json({ error: 'failed' });
  }
}
