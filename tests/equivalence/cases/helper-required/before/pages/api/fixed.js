const cors = require('../../lib/cors');
const { admin: mayAll } = require('../../lib/auth');

export default async function handler(req, res) {
  if (await cors(req, res)) return;
  res.status(200).json({ all: mayAll(req) });
}
