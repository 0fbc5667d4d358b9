// Functions by method. A type that says what they are in Pages keeps the endpoint.

import { bare, get, head, json, options } from '../../lib/requests.mjs';

export const stays = { '/api/typed': 'carrier-elsewhere' };

export default [
  get('/api/x'),
  json('POST', '/api/x', { name: 'a' }),
  json('PUT', '/api/x', { name: 'b' }),
  bare('PATCH', '/api/x'),
  bare('DELETE', '/api/x'),
  head('/api/x'),
  options('/api/x'),
];
