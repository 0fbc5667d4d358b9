import type { NextApiRequest, NextApiResponse } from 'next';
import { load, track } from '../../lib/db';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  return load(req.query.id)
    .then((row) => {
      if (!row.id) throw new Error('no id');
      res.status(200).json(row);
    })
    .catch((error) => {
      res.status(404).json({ error: error.message });
    });
}
