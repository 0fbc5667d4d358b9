// Asking whether a key is there.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a'),
  get('/api/x?a=0'),
  get('/api/x?a=1&a=2'),
];
