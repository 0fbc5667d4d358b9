import applyCors from '../../lib/cors';
const { requireUser, admin } = require('../../lib/auth');

export default async function handler(req, res) {
  if (await applyCors(req, res)) return;
  const user = await requireUser(req, res);
  if (!user) return;
  res.status(200).json({ user, admin: admin(req) });
}
