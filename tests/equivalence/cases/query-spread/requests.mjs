// The query handed on as a whole: every key, in order, with arrays.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?b=1&a=2&b=3'),
  get('/api/x?limit=3&a=&__x=1'),
];
