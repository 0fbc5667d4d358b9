import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const text = 'hello';
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.setHeader('Content-Type', 'text/plain');
  res.end(text);
}
