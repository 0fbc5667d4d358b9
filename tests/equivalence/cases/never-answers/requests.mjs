// A way on which nothing is sent.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?a=1'),
  get('/api/x'),
];
