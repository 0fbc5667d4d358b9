// Endpoints that call or export the handler of another one, also with a changed query.

import { get, json, malformed } from '../../lib/requests.mjs';

export default [
  get('/api/items?limit=5'),
  json('POST', '/api/items', { name: 'n' }),
  malformed('POST', '/api/items'),
  get('/api/items/7'),
  get('/api/items/0'),
  get('/api/items/7?id=8'),
  get('/api/items/first'),
  get('/api/items/first?limit=5', { 'x-key': 'k' }),
  json('POST', '/api/items/first', { name: 'n' }, { 'x-key': 'k' }),
  get('/api/latest?id=7'),
  get('/api/latest?id=0'),
  get('/api/v2/items?limit=5'),
  json('POST', '/api/v2/items', { name: 'n' }),
  get('/api/v2/items/7'),
  get('/api/v2/items/0'),
];
