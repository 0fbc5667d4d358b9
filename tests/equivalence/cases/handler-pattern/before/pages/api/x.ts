import type { NextApiRequest, NextApiResponse } from 'next';

export default async function handler({ method, query, body }: NextApiRequest, res: NextApiResponse) {
  if (method === 'POST') return res.status(201).json({ body });
  res.json({ q: query.q ?? null });
}
