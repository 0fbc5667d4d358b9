// The body is read in one method only; the other answers whatever is sent.

import { bare, get, json, malformed, send } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  json('PUT', '/api/x', { a: 1 }),
  send('PUT', '/api/x', 'text/plain', 'a'),
  malformed('PUT', '/api/x'),
  bare('PATCH', '/api/x'),
  json('DELETE', '/api/x', {}),
];
