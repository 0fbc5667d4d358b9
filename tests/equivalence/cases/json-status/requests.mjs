// A status with JSON.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
  bare('POST', '/api/x?id=1'),
];
