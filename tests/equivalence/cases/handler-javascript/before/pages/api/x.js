module.exports = async (req, res) => {
  const { id = 'none' } = req.query;
  res.status(id === 'none' ? 404 : 200).json({ id });
};
