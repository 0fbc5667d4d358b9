// A wrapper takes one handler, or a map of them.

import { bodies, get, head, json, malformed, send } from '../../lib/requests.mjs';

const admin = { 'x-role': 'admin' };

export default [
  get('/api/rows'),
  get('/api/rows', admin),
  head('/api/rows', admin),
  ...bodies('/api/rows'),
  json('POST', '/api/rows', { name: 'n' }),
  json('POST', '/api/rows', { name: 'throw' }, admin),
  json('PUT', '/api/rows', { name: 'n' }, admin),
  send('POST', '/api/rows', 'application/json', '{"name": ', admin),
  get('/api/rows/1'),
  get('/api/rows/9'),
  head('/api/rows/1'),
  json('DELETE', '/api/rows/1', {}),
  json('DELETE', '/api/rows/0', {}),
  json('PATCH', '/api/rows/2', {}),
  get('/api/names'),
  head('/api/names'),
  ...bodies('/api/names'),
  json('POST', '/api/names', { name: 'n' }),
  json('POST', '/api/names', { name: 'throw' }),
  json('DELETE', '/api/names', {}),
  malformed('POST', '/api/names'),
  get('/api/names/1'),
  get('/api/names/2?as=row&as=name'),
  get('/api/names/2?id=1'),
  get('/api/names/9'),
  json('PUT', '/api/names/1', {}),
];
