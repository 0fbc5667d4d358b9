const db = require('../../../lib/db');
const auth = require('../../../lib/auth');
const missing = require('../../../lib/missing');

export default async (req, res) => {
  if (!auth.admin(req)) {
    return res.status(403).end();
  }
  const item = await db.find(req.query.id);
  if (!item) return missing(res, 'item');
  return res.json({ item });
};
