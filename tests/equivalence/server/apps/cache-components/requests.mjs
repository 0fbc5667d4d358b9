// `cacheComponents` of Next 16, which forbids most settings of a route and renders more at build time.

import { get, json } from '../../../lib/requests.mjs';

export const versions = ['16'];

export const stays = { '/api/edge': 'cache-components' };

export default [
  get('/api/any'),
  get('/api/any'),
  get('/api/any?id=7'),
  json('POST', '/api/any', {}),
  get('/api/slow?id=1'),
  get('/api/edge'),
];
