import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.off) res.setDraftMode({ enable: false });
  else res.setDraftMode({ enable: true });
  res.redirect('/');
}
