module.exports = (res, what) => {
  res.status(404).json({ message: `No ${what}` });
};
