import type { NextApiRequest, NextApiResponse } from 'next';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const { kind } = req.query;
  if (kind === 'see') return res.redirect(303, '/done?a=1');
  if (kind === 'permanent') return res.redirect(308, 'https://example.com/x y');
  if (kind === 'relative') return res.redirect('done');
  res.redirect('/home');
}
