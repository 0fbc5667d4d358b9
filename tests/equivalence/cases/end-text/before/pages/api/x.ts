import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const kind = req.query.kind;
  if (kind === 'html') return res.end('<b>bold</b>');
  if (kind === 'typed') {
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    return res.end('<b>bold</b>');
  }
  res.status(400).end('Bad thing');
}
