import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.write('a');
  res.write('b');
  setTimeout(() => res.end('c'), 10);
}
