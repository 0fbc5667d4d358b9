import type { NextApiRequest, NextApiResponse } from 'next';
import { requireUser } from '../../lib/guard';
import { withSession } from '../../lib/session';

async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Set-Cookie', 'seen=1');
  if (req.method === 'POST') {
    req.session.user = req.body.name;
    await req.session.save();
    return res.json({ keys: Object.keys(req.session) });
  }
  if (req.method === 'PUT') {
    req.session = { replaced: true };
    await req.session.save();
    return res.status(201).json(req.session);
  }
  if (req.method === 'DELETE') {
    req.session.destroy();
    return res.redirect('/bye');
  }
  const user = requireUser(req, res);
  if (!user) return;
  res.json({ user, session: req.session });
}

export default withSession(handler);
