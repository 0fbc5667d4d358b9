module.exports = { cacheComponents: true };
