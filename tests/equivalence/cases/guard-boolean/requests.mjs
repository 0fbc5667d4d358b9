// A guard of another file answers and says so.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'session=good' }),
  get('/api/x', { Cookie: 'session=bad' }),
];
