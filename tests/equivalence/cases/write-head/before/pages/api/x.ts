import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.writeHead(201, { 'Content-Type': 'text/plain', 'X-A': '1' });
  res.end('created');
}
