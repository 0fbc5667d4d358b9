// 204 and 304 with a body have none.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?send=1'),
  get('/api/x?end=1'),
  get('/api/x?not=1'),
  bare('DELETE', '/api/x'),
];
