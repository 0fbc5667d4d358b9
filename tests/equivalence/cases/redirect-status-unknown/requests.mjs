// A redirect with a status that the request decides.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?permanent=1'),
  bare('POST', '/api/x'),
];
