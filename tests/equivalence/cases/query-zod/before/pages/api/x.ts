import type { NextApiRequest, NextApiResponse } from 'next';
import { z } from 'zod';

const Query = z.object({ page: z.coerce.number().int().default(1), tag: z.union([z.string(), z.array(z.string())]).optional() });

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const parsed = Query.safeParse(req.query);
  if (!parsed.success) return res.status(400).json({ issues: parsed.error.issues.map((issue) => issue.path.join('.')) });
  res.json(parsed.data);
}
