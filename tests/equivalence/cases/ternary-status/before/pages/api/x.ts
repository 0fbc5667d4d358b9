import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const gone = req.query.gone === '1';
  res.status(gone ? 204 : 200).json(gone ? null : { ok: true });
}
