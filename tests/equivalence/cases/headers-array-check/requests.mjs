// A header that might be an array.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-A': 'a,b' }),
];
