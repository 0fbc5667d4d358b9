import type { NextApiRequest, NextApiResponse } from 'next';

async function list(req: NextApiRequest, res: NextApiResponse) {
  res.json({ q: req.query.q ?? null });
}

const handlers = {
  GET: list,
  async POST(req: NextApiRequest, res: NextApiResponse) {
    res.status(201).json(req.body);
  },
};

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const run = handlers[req.method as keyof typeof handlers];
  if (!run) {
    res.setHeader('Allow', Object.keys(handlers));
    return res.status(405).end();
  }
  return run(req, res);
}
