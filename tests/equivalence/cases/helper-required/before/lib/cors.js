'use strict';

const ORIGIN = 'https://example.com';

async function applyCors(req, res) {
  res.setHeader('Access-Control-Allow-Origin', ORIGIN);
  if (req.method === 'OPTIONS') {
    res.status(204).end();
    return true;
  }
  return false;
}

module.exports = applyCors;
