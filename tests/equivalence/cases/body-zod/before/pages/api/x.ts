import type { NextApiRequest, NextApiResponse } from 'next';
import { z } from 'zod';

const Body = z.object({ name: z.string().min(1), n: z.number().optional() });

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') return res.status(405).end();
  const parsed = Body.safeParse(req.body);
  if (!parsed.success) return res.status(422).json(parsed.error.flatten());
  res.json(parsed.data);
}
