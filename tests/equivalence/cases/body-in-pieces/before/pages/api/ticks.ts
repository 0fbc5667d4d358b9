import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  let count = 0;
  const timer = setInterval(() => {
    res.write(`data: ${count++}\n\n`);
    if (count === 3) {
      clearInterval(timer);
      res.end();
    }
  }, 5);
  req.on('close', () => clearInterval(timer));
}
