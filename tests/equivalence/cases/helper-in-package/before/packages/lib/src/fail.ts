import type { NextApiResponse } from 'next';

export function fail(res: NextApiResponse, status: number, error: unknown) {
  res.status(status).json(error);
}
