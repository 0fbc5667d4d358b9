// An error thrown on one way, by method.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  bare('DELETE', '/api/x'),
  bare('PUT', '/api/x'),
];
