import type { NextApiRequest, NextApiResponse } from 'next';
import { sessionClient } from './session';

export default function createClient(req: NextApiRequest, res: NextApiResponse) {
  const client = sessionClient({
    getAll() {
      return Object.keys(req.cookies).map((name) => ({ name, value: req.cookies[name] || '' }));
    },
    setAll(cookiesToSet) {
      res.setHeader(
        'Set-Cookie',
        cookiesToSet.map(({ name, value }) => `${name}=${value}; Path=/`),
      );
    },
  });

  return client;
}
