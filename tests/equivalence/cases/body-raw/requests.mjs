// The raw body, with the parser off: read chunk by chunk.

import { bare, get, json, malformed, text } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'request-member' };

export default [
  bare('POST', '/api/x'),
  json('POST', '/api/x', { a: 'é' }),
  malformed('POST', '/api/x'),
  text('POST', '/api/x', 'text'),
  get('/api/x'),
];
