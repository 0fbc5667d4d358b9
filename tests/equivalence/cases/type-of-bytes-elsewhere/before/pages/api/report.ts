import { asPdf } from '../../lib/files';

// Moves, with its wrapper.
export default asPdf((req, res) => {
  if (req.query.note) return res.send('none');
  if (req.query.list) return res.json([]);
  res.send(Buffer.from('%PDF'));
});
