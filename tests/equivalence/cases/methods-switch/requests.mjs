// A switch with a default that refuses.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  json('POST', '/api/x', { name: 'a' }),
  json('PUT', '/api/x', { name: 'b' }),
  bare('PATCH', '/api/x'),
  bare('DELETE', '/api/x'),
  head('/api/x'),
  options('/api/x'),
];
