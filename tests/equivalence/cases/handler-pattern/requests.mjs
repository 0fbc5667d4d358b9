// `req` and `res` taken apart in the parameters.

import { form, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/x?q=1'),
  get('/api/x?q=1&q=2'),
  json('POST', '/api/x', { a: 1 }),
  form('POST', '/api/x', 'a=1'),
];
