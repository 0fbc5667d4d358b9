import type { NextApiRequest, NextApiResponse } from 'next';
import nc from 'next-connect';
import { db } from '../../lib/db';
import { auth, needs, onError } from '../../lib/steps';

const handler = nc<NextApiRequest, NextApiResponse>({
  onError,
  onNoMatch: (req, res) => res.status(405).json({ error: 'Not here' }),
});

handler.use((req, res, next) => {
  res.setHeader('X-Seen', '1');
  next();
});
handler.use((req, res, next) => {
  // What fails behind `next()` is none of this function's errors.
  try {
    next();
  } catch (error) {
    res.status(418).end();
  }
});
handler.get((req, res, next) => {
  if (req.query.open) {
    res.json({ open: true });
  } else {
    next();
  }
});
handler.use(auth);
handler.get<{ user: unknown }>(async (req: any, res) => {
  res.json({ user: req.user });
});
handler.post(needs('item'), async (req, res) => {
  res.status(201).json(await db.add(req.body.item));
});
handler.put((req, res, next) => next(Object.assign(new Error('No way'), { status: 422 })), add);

async function add(req: NextApiRequest, res: NextApiResponse) {
  res.json({ never: true });
}

export default handler;
