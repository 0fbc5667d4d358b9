// A cookie of which the name is computed, and all of them.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?site=b', { Cookie: 'session-a=1; session-b=2%203' }),
  get('/api/constant'),
  get('/api/constant?site=b', { Cookie: 'session-a=1; session-b=2%203' }),
];
