import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(req.query)) parts.push(`${key}=${value}`);
  for (const key in req.query) parts.push(key);
  res.json({ parts, text: JSON.stringify(req.query) });
}
