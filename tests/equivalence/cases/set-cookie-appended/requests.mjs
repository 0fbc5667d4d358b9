// Cookies that are appended one by one.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?b=1'),
];
