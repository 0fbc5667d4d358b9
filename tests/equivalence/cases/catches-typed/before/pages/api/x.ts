import type { NextApiRequest, NextApiResponse } from 'next';

class NotFound extends Error {}

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    if (req.query.id === '0') throw new NotFound('none');
    if (req.query.id === '-1') throw new RangeError('range');
    res.json({ id: req.query.id ?? null });
  } catch (error) {
    if (error instanceof NotFound) return res.status(404).json({ error: error.message });
    throw error;
  }
}
