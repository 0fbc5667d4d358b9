// Malformed JSON is 400 before any work is done.

import { bare, json, malformed, text } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/x', { name: 'a' }),
  malformed('POST', '/api/x'),
  text('POST', '/api/x', 'a'),
  bare('POST', '/api/x'),
];
