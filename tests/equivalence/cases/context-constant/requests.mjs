// A constant holds `req` and `res`; helpers read it, write to it and hand it on.

import { get, json, malformed } from '../../lib/requests.mjs';

const key = { 'x-key': 'k', 'x-request-id': '7' };

export default [
  get('/api/x/a?page=2'),
  get('/api/x/a?page=2&page=3', key),
  get('/api/x/a?id=b', key),
  get('/api/x/a?mode=deny', key),
  json('POST', '/api/x/a?page=4', { name: 'n' }, { ...key, 'user-agent': 'a' }),
  json('POST', '/api/x/a', {}, key),
  json('PUT', '/api/x/a?page=1', { name: 'n' }, key),
  malformed('POST', '/api/x/a'),
];
