import type { NextApiRequest, NextApiResponse } from 'next';
import { protect } from '../../lib/protect';

const update = protect((req, res) => {
  res.json({ again: req.body });
});

// Reads the body before the handler that it calls does.
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.body?.a !== 1) return res.status(400).end();
  await update(req, res);
}
