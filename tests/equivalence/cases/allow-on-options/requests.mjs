// OPTIONS with an `Allow` of the handler.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  bare('OPTIONS', '/api/x'),
  bare('POST', '/api/x'),
];
