// A second `Set-Cookie` replaces the first.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?c=1'),
  get('/api/x?none=1'),
];
