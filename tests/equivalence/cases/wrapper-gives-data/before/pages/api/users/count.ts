import { short } from '../../../lib/api';
import { db } from '../../../lib/db';

export default short(async () => db.count());
