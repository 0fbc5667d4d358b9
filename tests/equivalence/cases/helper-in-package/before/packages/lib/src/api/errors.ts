import type { NextApiRequest, NextApiResponse } from 'next';

export function onError(error: any, req: NextApiRequest, res: NextApiResponse) {
  console.error(error.message, req.body);
  res.status(error.status ?? 500).json({ error: error.message });
}
