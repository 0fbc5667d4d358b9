import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const server = (res.socket as any).server;
  res.json({ io: Boolean(server.io) });
}
