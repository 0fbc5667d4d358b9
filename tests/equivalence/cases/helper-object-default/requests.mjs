// Helpers that may be called without the request.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/orders'),
  get('/api/orders?id=1'),
  get('/api/orders?id=1', { Authorization: 'Bearer t' }),
  bare('POST', '/api/orders?id=1'),
  get('/api/count', { 'User-Agent': 'test' }),
  get('/api/count'),
];
