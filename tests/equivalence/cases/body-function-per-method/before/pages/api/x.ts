import type { NextApiRequest, NextApiResponse } from 'next';

async function create(req: NextApiRequest, res: NextApiResponse) {
  const { name } = req.body;
  return res.status(201).json({ name });
}

async function change(req: NextApiRequest, res: NextApiResponse) {
  if (!req.body.name) return res.status(400).end();
  return res.status(200).json(req.body);
}

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  switch (req.method) {
    case 'POST':
      return create(req, res);
    case 'PUT':
      return change(req, res);
    default:
      return res.status(405).end();
  }
}
