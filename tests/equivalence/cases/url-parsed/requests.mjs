// `req.url` with a base of its own.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1&a=2'),
];
