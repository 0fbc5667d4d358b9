import { api } from '../../../lib/api';
import { db } from '../../../lib/db';

export default api(async (req) => {
  if (req.method === 'GET') {
    return { items: await db.items() };
  }
  return { items: await db.create(req.body) };
});
