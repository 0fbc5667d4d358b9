import { stack } from '../../lib/compose';
import { withErrors, withKey } from '../../lib/wrappers';

// The key is looked at inside, errors outside.
export default stack(
  async (req, res) => {
    res.status(200).json({ page: req.query.page ?? null });
  },
  withKey,
  withErrors,
);
