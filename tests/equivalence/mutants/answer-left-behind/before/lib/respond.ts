import type { NextApiRequest, NextApiResponse } from 'next';

type Handler = (req: NextApiRequest, res: NextApiResponse) => Promise<unknown>;

export const respond = (fn: Handler, options: { raw?: boolean }) => async (req: NextApiRequest, res: NextApiResponse) => {
  const data = await fn(req, res);
  if (options.raw) return;
  res.json({ data });
};
