// OPTIONS is answered by hand, as CORS wants it.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  json('POST', '/api/x', { name: 'a' }),
  json('PUT', '/api/x', { name: 'b' }),
  bare('PATCH', '/api/x'),
  bare('DELETE', '/api/x'),
  head('/api/x'),
  options('/api/x'),
  options('/api/x', { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' }),
  get('/api/x', { Origin: 'https://a.example' }),
];
