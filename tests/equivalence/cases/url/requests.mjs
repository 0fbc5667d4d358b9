// `req.url` is path and query.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1&b=%20c'),
  get('/api/x?a=1&a=2'),
];
