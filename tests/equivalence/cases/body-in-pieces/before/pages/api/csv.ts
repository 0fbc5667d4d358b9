import type { NextApiRequest, NextApiResponse } from 'next';
import { rows } from '../../lib/rows';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end();
  const { count, fail } = req.query as { count?: string; fail?: string };
  if (!count) return res.status(400).json({ error: 'How many?' });
  res.setHeader('Content-Type', 'text/csv');
  res.setHeader('Content-Disposition', `attachment; filename="${count}.csv"`);
  for await (const row of rows(Number(count), fail)) {
    res.write(`${row},${row * 2}\n`);
  }
  res.end('done\n');
}
