// A helper sets a cookie, the handler answers.

import { form, get, json } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/x', { name: 'ada' }),
  json('POST', '/api/x', { name: 'bob' }),
  form('POST', '/api/x', 'name=ada'),
  get('/api/x'),
];
