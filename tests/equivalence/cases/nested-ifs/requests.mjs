// Returns that are deep inside, and one that falls through.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1'),
  get('/api/x?b=1'),
  get('/api/x?a=1&b=1'),
];
