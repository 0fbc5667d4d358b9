// What a module remembers from request to request.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?who=a'),
  bare('POST', '/api/x?who=a'),
  get('/api/x'),
];
