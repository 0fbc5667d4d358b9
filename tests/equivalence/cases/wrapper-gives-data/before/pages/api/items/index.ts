import { api } from '../../../lib/api';
import { db } from '../../../lib/db';

export default api(async (req) => ({ items: await db.items(req.query.tag) }));
