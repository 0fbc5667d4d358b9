import type { NextApiRequest, NextApiResponse } from 'next';

async function list(req: NextApiRequest, res: NextApiResponse) {
  res.json({ page: Number(req.query.page ?? 1) });
}

async function create(req: NextApiRequest, res: NextApiResponse) {
  const { name } = req.body;
  if (!name) {
    res.status(400).json({ error: 'name?' });
    return;
  }
  res.status(201).json({ name });
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method === 'GET') return list(req, res);
  if (req.method === 'POST') return create(req, res);
  res.status(405).end();
}
