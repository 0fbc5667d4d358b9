// A query string made of the query.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1&b=x%20y'),
  get('/api/x?a=1&a=2'),
];
