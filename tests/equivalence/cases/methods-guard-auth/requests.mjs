// The check of a key stands before that of the method.

import { bare, get } from '../../lib/requests.mjs';

export default [
  bare('POST', '/api/x'),
  bare('POST', '/api/x', { 'X-Key': 'k' }),
  get('/api/x'),
  get('/api/x', { 'X-Key': 'k' }),
];
