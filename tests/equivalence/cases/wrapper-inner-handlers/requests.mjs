// The members of the map have the handlers, which may answer by themselves.

import { bodies, get, head, json, malformed, send } from '../../lib/requests.mjs';

const admin = { 'x-role': 'admin' };

export default [
  get('/api/rows'),
  head('/api/rows'),
  json('POST', '/api/rows', { name: 'n' }),
  ...bodies('/api/rows'),
  json('POST', '/api/rows', { name: 'n' }, admin),
  json('POST', '/api/rows', { name: 'throw' }, admin),
  json('PUT', '/api/rows', {}, admin),
  send('POST', '/api/rows', 'application/json', '{"name": ', admin),
  get('/api/rows/1'),
  get('/api/rows/9'),
  json('DELETE', '/api/rows/1', {}),
  json('DELETE', '/api/rows/1', {}, admin),
  json('DELETE', '/api/rows/0', {}, admin),
  json('PATCH', '/api/rows/1', {}),
  get('/api/steps'),
  json('POST', '/api/steps', { name: 'n' }),
  json('POST', '/api/steps', { name: 'throw' }),
  json('PUT', '/api/steps', { name: 'n' }),
  malformed('POST', '/api/steps'),
  get('/api/one'),
  json('POST', '/api/one', {}),
  get('/api/handed?page=2'),
  json('POST', '/api/handed', { name: 'n' }),
  json('POST', '/api/handed', { name: 'throw' }),
  json('PUT', '/api/handed', {}),
  get('/api/either?page=2'),
  json('POST', '/api/either', {}),
];
