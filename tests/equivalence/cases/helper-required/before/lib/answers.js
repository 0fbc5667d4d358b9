function deny(res, message) {
  return res.status(401).json({ message });
}

function name(value) {
  return String(value);
}

exports.deny = deny;
exports.name = name;
