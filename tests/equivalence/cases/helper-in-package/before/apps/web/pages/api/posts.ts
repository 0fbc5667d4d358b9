import { fail } from '../../../../packages/lib/src/fail';
import { onError } from '../../../../packages/lib/src/api/errors';
import type { NextApiRequest, NextApiResponse } from 'next';
import nc from 'next-connect';

const handler = nc<NextApiRequest, NextApiResponse>({ onError });

// What it reads, `onError` of the package has again.
handler.post((req, res) => {
  if (!req.body.title) throw new Error('No title');
  if (req.body.title === 'taken') return fail(res, 409, req.body.reason);
  res.status(201).json({ title: req.body.title });
});

export default handler;
