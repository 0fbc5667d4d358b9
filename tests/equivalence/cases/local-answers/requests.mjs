// Functions inside a handler that answer.

import { bare, get, json } from '../../lib/requests.mjs';

export const stays = {
  '/api/checked': 'send-in-callback',
  '/api/passed-on': 'send-in-callback',
  '/api/not-awaited': 'send-in-callback',
  '/api/in-loop': 'send-in-expression',
};

export default [
  get('/api/fail'),
  get('/api/fail?id=1'),
  get('/api/fail?id=9'),
  get('/api/fail?id=broken'),
  get('/api/methods?id=1'),
  get('/api/methods?id=9'),
  json('POST', '/api/methods', { name: 'Ada' }),
  json('POST', '/api/methods', {}),
  bare('PUT', '/api/methods'),
  get('/api/headers?plain=1'),
  get('/api/headers?busy=1'),
  get('/api/headers?id=1'),
  get('/api/headers?id=9'),
  get('/api/headers?id=broken'),
  json('POST', '/api/started', { id: '1' }),
  json('POST', '/api/started', { id: '9' }),
  get('/api/started'),
];
