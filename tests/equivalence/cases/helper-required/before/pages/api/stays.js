const cors = require('../../lib/cors');
const { admin } = require('../../lib/auth');

// routelift: ignore
export default async function handler(req, res) {
  if (await cors(req, res)) return;
  res.status(200).json({ all: admin(req) });
}
