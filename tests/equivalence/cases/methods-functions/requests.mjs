// A function for each method.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  json('POST', '/api/x', { name: 'a' }),
  json('PUT', '/api/x', { name: 'b' }),
  bare('PATCH', '/api/x'),
  bare('DELETE', '/api/x'),
  head('/api/x'),
  options('/api/x'),
  get('/api/x?page=2'),
  json('POST', '/api/x', {}),
];
