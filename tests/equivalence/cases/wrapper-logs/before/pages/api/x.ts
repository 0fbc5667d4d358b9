import { load } from '../../lib/db';
import { withLog, withTime } from '../../lib/with-log';

export default withTime(
  withLog(async (req, res) => {
    res.status(200).json(await load(req.query.id));
  }),
);
