// An answer out of a loop.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?stop=b'),
];
