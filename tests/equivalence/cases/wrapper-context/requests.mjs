// The wrapper hands its handler one object with `req`, `res` and more.

import { get, json, malformed } from '../../lib/requests.mjs';

const user = { authorization: 'a', 'user-agent': 'test' };

export default [
  get('/api/me?page=2'),
  get('/api/me?page=2', user),
  json('POST', '/api/me', {}, user),
  json('PUT', '/api/teams/7?id=8', { name: 'n' }, user),
  json('PUT', '/api/teams/7', { name: 'n' }),
  malformed('PUT', '/api/teams/7'),
  get('/api/tenant'),
  get('/api/audit?id=3&id=4'),
  get('/api/audit'),
  get('/api/paths/a/b?x=1', user),
  get('/api/paths', user),
];
