// A URL that ends with a question mark.

import { get } from '../../lib/requests.mjs';

export default [
  { ...get('/api/x?'), todo: '`req.url` with a bare question mark loses it' },
  get('/api/x?a'),
  get('/api/x?a=+%2B'),
];
