import type { NextApiRequest, NextApiResponse } from 'next';

// A log is put off, too; it cannot fail, so that nobody has to look at it.
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const sent = res.json({ id: req.query.id });
  console.log('sent');
  return sent;
}
