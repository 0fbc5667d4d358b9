// The request taken apart in one pattern.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1&a=2', { Cookie: 'session=s' }),
  bare('POST', '/api/x?id=1&id=2'),
];
