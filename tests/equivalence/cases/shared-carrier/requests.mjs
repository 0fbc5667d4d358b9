// An endpoint calls functions that another endpoint's file exports, and that one calls them, too.

import { get, json } from '../../lib/requests.mjs';

const ada = { Cookie: 'token=ada' };

export default [
  get('/api/me', ada),
  get('/api/me', { ...ada, 'Accept-Language': 'de' }),
  get('/api/me', { Cookie: 'token=eve' }),
  get('/api/me'),
  get('/api/rename', ada),
  json('POST', '/api/rename', { name: 'red' }, ada),
  json('POST', '/api/rename', { name: 'red' }, { ...ada, 'Accept-Language': 'de' }),
  json('POST', '/api/rename', { name: 'red' }),
];
