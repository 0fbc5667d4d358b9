import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  try {
    const { name } = JSON.parse(req.body);
    res.json({ name });
  } catch (error) {
    res.status(400).json({ error: (error as Error).name });
  }
}
