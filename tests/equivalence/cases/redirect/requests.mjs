// Redirects: default status, given status, relative and absolute.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?kind=see'),
  get('/api/x?kind=permanent'),
  get('/api/x?kind=relative'),
  bare('POST', '/api/x'),
];
