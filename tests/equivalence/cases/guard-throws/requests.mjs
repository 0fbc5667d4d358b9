// A guard answers and then throws, so that its caller does not go on; the Pages Router logs that.

import { get, json, options } from '../../lib/requests.mjs';

export const stays = { '/api/caught': 'guard-helper', '/api/shared': 'work-after-send' };

export default [
  get('/api/list'),
  get('/api/list', { 'X-Role': 'admin' }),
  json('POST', '/api/list', { name: 'a' }),
  json('POST', '/api/list', { name: 'a' }, { 'X-Role': 'admin' }),
  json('PUT', '/api/list', { name: 'a' }, { 'X-Role': 'admin' }),
  options('/api/list'),
  get('/api/caught'),
  get('/api/caught', { 'X-Role': 'owner' }),
  get('/api/shared'),
  get('/api/shared', { 'X-Role': 'user' }),
  get('/api/shared', { 'X-Role': 'admin' }),
];
