import type { NextApiResponse } from 'next';

export function fail(res: NextApiResponse, error: unknown) {
  res.status(400).json(error);
}
