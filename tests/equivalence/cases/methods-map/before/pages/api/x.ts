import type { NextApiRequest, NextApiResponse } from 'next';

const handlers = {
  GET: (req: NextApiRequest, res: NextApiResponse) => res.json({ q: req.query.q ?? null }),
  POST: (req: NextApiRequest, res: NextApiResponse) => res.status(201).json(req.body),
};

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const run = handlers[req.method as keyof typeof handlers];
  if (!run) return res.status(405).end();
  return run(req, res);
}
