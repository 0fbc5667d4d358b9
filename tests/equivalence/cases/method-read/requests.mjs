// `req.method` used as a value.

import { bare, get, head, options } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  bare('POST', '/api/x'),
  bare('DELETE', '/api/x'),
  head('/api/x'),
  options('/api/x'),
];
