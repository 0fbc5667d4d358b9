import { rest } from '../../../lib/api';
import { db } from '../../../lib/db';

export default rest({
  GET: (_req, id) => db.item(id),
  async PUT(req, id) {
    return db.update(id, req.body);
  },
});
