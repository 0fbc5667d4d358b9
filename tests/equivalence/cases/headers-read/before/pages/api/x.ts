import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { authorization, 'x-trace': trace = 'none' } = req.headers;
  res.json({ authorization, trace, absent: req.headers['x-none'] === undefined, agent: typeof req.headers['user-agent'], has: 'x-trace' in req.headers });
}
