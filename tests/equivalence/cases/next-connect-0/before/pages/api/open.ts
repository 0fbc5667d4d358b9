import type { NextApiRequest, NextApiResponse } from 'next';
import nc from 'next-connect';
import { base } from '../../lib/base';

// The router that it uses takes all methods.
export default nc<NextApiRequest, NextApiResponse>().use(base).get((req, res) => {
  res.status(203);
  res.json({ open: true });
});
