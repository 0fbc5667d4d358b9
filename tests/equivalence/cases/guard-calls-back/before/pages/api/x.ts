import type { NextApiRequest, NextApiResponse } from 'next';
import { find } from '../../lib/db';
import { requireBalance, requireUser } from '../../lib/guards';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    await requireUser(req, res, async (token) => {
      await requireBalance(token)(res, async (balance) => {
        const id = String(req.query.id);
        if (id === 'none') {
          res.status(404).end();
          return;
        }
        if (id === 'throws') throw new Error('broken');
        res.setHeader('Cache-Control', 'no-store');
        res.json({ found: await find(id), balance });
      });
    });
  } catch (error) {
    res.status(500).json({ error: (error as Error).message });
  }
}
