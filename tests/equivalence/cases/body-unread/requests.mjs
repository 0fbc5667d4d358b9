// An endpoint that never reads its body does not care what is in it.

import { bare, json, malformed } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/x', { a: 1 }),
  malformed('POST', '/api/x'),
  bare('POST', '/api/x'),
];
