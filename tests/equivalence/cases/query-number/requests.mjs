// A number made of the query.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?n=1&limit=5&offset=3'),
  get('/api/x?n=&limit=&offset='),
  get('/api/x?n=1&n=2&limit=7&limit=8'),
];
