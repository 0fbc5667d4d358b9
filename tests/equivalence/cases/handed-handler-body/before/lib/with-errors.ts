import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';

export async function withErrors(req: NextApiRequest, res: NextApiResponse, handler: NextApiHandler) {
  console.info(req.method, req.body?.name);
  res.setHeader('X-Seen', 'yes');
  try {
    await handler(req, res);
  } catch (error) {
    res.status(500).json({ error: (error as Error).message });
  }
}
