// Wrappers ask for the status of what their handlers have answered.

import { bare, get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

export default [
  get('/api/log?id=1'),
  get('/api/log'),
  get('/api/log?to=/home'),
  bare('POST', '/api/log?id=1'),
  get('/api/errors'),
  get('/api/errors?gone=1'),
  get('/api/errors?fail=1'),
  get('/api/level'),
  get('/api/level?kind=bad'),
  get('/api/level?kind=down'),
];
