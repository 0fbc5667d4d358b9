import type { NextApiRequest, NextApiResponse } from 'next';
import { EventEmitter } from 'node:events';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const source = new EventEmitter();
  const chunks: string[] = [];
  source.on('data', (chunk) => chunks.push(chunk));
  source.on('error', () => res.status(500).end());
  source.on('end', () => {
    res.status(200).json({ chunks });
  });
  setTimeout(() => {
    source.emit('data', 'one');
    source.emit('end');
  }, 2);
}
