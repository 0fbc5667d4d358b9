import type { NextApiHandler } from 'next';

export function withErrors(handler: NextApiHandler): NextApiHandler {
  return async (req, res) => {
    try {
      await handler(req, res);
    } catch (error) {
      console.error(error);
      res.status(500).json({ error: (error as Error).message });
    }
  };
}
