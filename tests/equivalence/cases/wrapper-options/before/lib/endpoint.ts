import type { NextApiHandler } from 'next';

interface Options {
  role?: string;
  handler: NextApiHandler;
}

export function endpoint(options: Options): NextApiHandler {
  return async (req, res) => {
    if (options.role && req.headers['x-role'] !== options.role) return res.status(403).json({ needs: options.role });
    return options.handler(req, res);
  };
}

export const byMethod =
  (handlers: Record<string, NextApiHandler>): NextApiHandler =>
  async (req, res) => {
    const handler = handlers[req.method ?? ''];
    if (!handler) return res.status(405).end();
    await handler(req, res);
  };
