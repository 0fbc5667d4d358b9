import { envelope } from '../../../lib/api';
import { db } from '../../../lib/db';

export default envelope(async ({ req, user }) => db.profile(user, req.query.fields));
