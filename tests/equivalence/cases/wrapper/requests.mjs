// A wrapper checks, then runs the handler.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1', { 'X-Key': 'k' }),
  get('/api/x?fail=1', { 'X-Key': 'k' }),
  bare('POST', '/api/x', { 'X-Key': 'k' }),
];
