import type { NextApiRequest, NextApiResponse } from 'next';
import { createRouter } from 'next-connect';
import { db } from '../../lib/db';
import { auth, needs, onError } from '../../lib/steps';

const router = createRouter<NextApiRequest, NextApiResponse>();

// The order counts: what stands before `use` runs without it.
router.get((req, res, next) => {
  if (req.query.open) return res.json({ open: true });
  return next();
});
router.use(auth);
router.get(async (req: any, res) => {
  res.json({ user: req.user, body: typeof req.body });
});
router.post(needs('item'), async (req, res) => {
  res.setHeader('X-Added', '1');
  res.status(201).json(await db.add(req.body.item));
});
router.put((req, res, next) => next(), add);

async function add(req: NextApiRequest, res: NextApiResponse) {
  throw new TypeError(`no ${req.query.id}`);
}

export default router.handler({ onError });
