import type { NextApiRequest, NextApiResponse } from 'next';
import { add } from '../../../lib/db';
import { byMethod } from '../../../lib/endpoint';

const reads = {
  GET: (req: NextApiRequest, res: NextApiResponse) => res.json({ id: req.query.id }),
};

export default byMethod({
  ...reads,
  PUT: async (req, res) => {
    await add(req.body.text);
    res.status(204).end();
  },
});
