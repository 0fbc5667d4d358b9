// A helper is handed a map of handlers, and answers what they throw and methods that the map does not name.

import { bare, get, head, json } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
  get('/api/x?id=none'),
  head('/api/x?id=1'),
  json('POST', '/api/x', { name: 'Ada' }),
  json('POST', '/api/x', {}),
  bare('PUT', '/api/x'),
  bare('DELETE', '/api/x?id=1'),
];
