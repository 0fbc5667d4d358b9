import type { NextApiRequest, NextApiResponse } from 'next';

const show = (value: string | undefined) => (value === undefined ? 'undefined' : value);

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const token = req.headers['x-token'] as string;
  const trace = req.headers['x-trace'] as string;
  if (!token || !req.headers['x-name']) {
    return res.status(401).json({ trace, name: show(req.headers['x-name'] as string) });
  }
  const kind = typeof req.headers['x-kind'] === 'string' ? req.headers['x-kind'].length : -1;
  res.status(200).json({ token: show(token), name: req.headers['x-name'].length, kind, trace: show(trace) });
}
