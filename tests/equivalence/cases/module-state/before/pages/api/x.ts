import type { NextApiRequest, NextApiResponse } from 'next';

let hits = 0;
const seen = new Map<string, number>();

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  hits++;
  const who = String(req.query.who ?? 'nobody');
  seen.set(who, (seen.get(who) ?? 0) + 1);
  res.json({ hits, seen: Object.fromEntries(seen) });
}
