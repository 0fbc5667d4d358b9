import type { NextApiRequest, NextApiResponse } from 'next';

type Handlers = {
  [method: string]: (req: NextApiRequest, res: NextApiResponse) => Promise<unknown>;
};

export const byMethod = async (req: NextApiRequest, res: NextApiResponse, handlers: Handlers) => {
  try {
    const handler = handlers[req.method as string];

    if (!handler) {
      res.setHeader('Allow', Object.keys(handlers).join(', '));
      throw Object.assign(new Error(`Method ${req.method} not allowed.`), { status: 405 });
    }

    await handler(req, res);
    return;
  } catch (err: any) {
    console.error(err.message);
    res.status(err.status || 500).json({ error: { message: err.message } });
  }
};
