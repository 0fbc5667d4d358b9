const { deny } = require('../../lib/answers');
const db = require('../../lib/db');

async function handler(req, res) {
  if (req.method !== 'POST') return deny(res, 'Only POST');
  const row = await db.find(req.body.id);
  return res.status(200).json({ found: Boolean(row) });
}

module.exports = handler;
module.exports.config = { api: { externalResolver: true } };
