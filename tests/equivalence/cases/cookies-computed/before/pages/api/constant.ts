import type { NextApiRequest, NextApiResponse } from 'next';

const SESSION = 'session-a';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const missing = req.cookies[process.env.NO_SUCH_NAME!];
  res.json({ own: req.cookies[SESSION] ?? null, site: req.cookies[`session-${req.query.site}`] ?? null, missing: missing ?? null });
}
