import type { NextApiRequest, NextApiResponse } from 'next';

const handlers: Record<string, (req: NextApiRequest, res: NextApiResponse) => unknown> = {
  GET: (req, res) => res.json({ q: req.query.q ?? null }),
  POST: (req, res) => res.status(201).json(req.body),
};

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const run = handlers[req.method!];
  if (!run) return res.status(405).end();
  return run(req, res);
}
