// Statements that choose what to send, or whether to.

import { bare, get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];
export const stays = { '/api/given': 'send-in-expression' };

export default [
  get('/api/found?id=1'),
  get('/api/found?id=9'),
  get('/api/found?id=broken'),
  get('/api/nested?id=1'),
  get('/api/nested?id=2'),
  get('/api/nested?id=9'),
  get('/api/nested?id=broken'),
  get('/api/nested?id=broken&quiet=1'),
  get('/api/guarded?id=1'),
  get('/api/guarded?id=2'),
  get('/api/guarded?id=2&all=1'),
  get('/api/guarded?id=9'),
  bare('POST', '/api/guarded?id=1'),
  bare('POST', '/api/guarded?id=9'),
  bare('PUT', '/api/guarded?id=2'),
  get('/api/early?id=1'),
  get('/api/early'),
  get('/api/then-work?id=1'),
  get('/api/then-work'),
];
