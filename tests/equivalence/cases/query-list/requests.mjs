// A key that may be one or many.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1&tag=a'),
  get('/api/x?id=1&id=2&tag=a&tag=b'),
  get('/api/x?id='),
];
