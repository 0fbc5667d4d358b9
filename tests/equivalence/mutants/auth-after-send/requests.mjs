// The check of the session stands behind the work that it guards.

import { get } from '../../lib/requests.mjs';

export const fault = 'effects';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'session=good' }),
];
