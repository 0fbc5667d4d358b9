// The handler calls wrapped handlers: constants, a map of them, and ones that are made where they are called.

import { get, json, malformed } from '../../lib/requests.mjs';

const user = { authorization: 'a' };

export default [
  get('/api/items?page=2'),
  json('POST', '/api/items', { name: 'n' }),
  json('POST', '/api/items', { name: 'n' }, user),
  json('POST', '/api/items', {}, user),
  malformed('POST', '/api/items'),
  json('PUT', '/api/items/1', { name: 'n' }),
  json('PUT', '/api/items/1?id=2', { name: 'n' }, user),
  { method: 'DELETE', path: '/api/items/1', headers: user },
  { method: 'DELETE', path: '/api/items/1' },
  get('/api/items/1'),
  get('/api/map?page=2'),
  json('POST', '/api/map', { a: 1 }),
  json('POST', '/api/map', { a: 1 }, user),
  json('PUT', '/api/map', { a: 1 }, user),
  json('PATCH', '/api/reads', { a: 1 }, user),
];
