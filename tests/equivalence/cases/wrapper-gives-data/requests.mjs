// The wrapper sends what the handler gives, which may have answered by itself.

import { bodies, get, head, json, malformed } from '../../lib/requests.mjs';

const user = { 'x-user': 'u1' };

// The work behind an answer would run before it, which is for review.
export const stays = { '/api/users': 'work-after-send' };

export default [
  get('/api/items'),
  get('/api/items?tag=new'),
  get('/api/items?tag=gone'),
  get('/api/items?tag=broken'),
  head('/api/items'),
  get('/api/items/create'),
  ...bodies('/api/items/create'),
  get('/api/items/7'),
  get('/api/items/0'),
  json('PUT', '/api/items/7', { name: 'n' }),
  json('PUT', '/api/items/0', { name: 'n' }),
  json('PUT', '/api/items/7', { name: 'throw' }),
  malformed('PUT', '/api/items/7'),
  json('DELETE', '/api/items/7', {}),
  get('/api/users/7'),
  json('PATCH', '/api/users/7', { name: 'n' }),
  json('PATCH', '/api/users/0', { name: 'n' }),
  json('PATCH', '/api/users/7', { name: 'throw' }),
  malformed('PATCH', '/api/users/7'),
  get('/api/users/me'),
  get('/api/users/me', user),
  get('/api/users/me?fields=a&fields=b', user),
  get('/api/users/me?fields=none', user),
  get('/api/users/count'),
  json('POST', '/api/users/sync', { since: 'now' }),
  json('POST', '/api/users/sync', { since: 'never' }),
  malformed('POST', '/api/users/sync'),
];
