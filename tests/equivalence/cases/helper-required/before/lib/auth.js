const { find } = require('./db');
const { deny } = require('./answers');

async function requireUser(req, res) {
  const user = await find(req.headers.authorization);
  if (!user) {
    deny(res, 'Who are you?');
    return null;
  }
  return user;
}

function isAdmin(req) {
  return req.headers['x-role'] === 'admin';
}

module.exports = {
  requireUser,
  admin: isAdmin, // by its role
};
