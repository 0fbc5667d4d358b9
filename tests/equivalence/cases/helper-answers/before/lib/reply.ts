import type { NextApiResponse } from 'next';

export function ok(res: NextApiResponse, data: unknown) {
  return res.status(200).json({ ok: true, data });
}

export function fail(res: NextApiResponse, status: number, message: string) {
  res.setHeader('X-Failed', message);
  return res.status(status).json({ ok: false, message });
}
