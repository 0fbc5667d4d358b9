import { job } from '../../../lib/api';
import { db } from '../../../lib/db';

export default job(async (req) => {
  await db.sync(req.body.since);
});
