// `req` and `res` are handed on inside an object, which helpers read by its members or take apart.

import { get, json, malformed } from '../../lib/requests.mjs';

const key = { 'x-key': 'k' };

export default [
  get('/api/x?page=2'),
  get('/api/x?page=2&page=3', key),
  get('/api/x', key),
  get('/api/x?mode=deny', key),
  json('POST', '/api/x?page=4', { name: 'n' }, { ...key, 'user-agent': 'a' }),
  json('POST', '/api/x', {}, key),
  malformed('POST', '/api/x'),
];
