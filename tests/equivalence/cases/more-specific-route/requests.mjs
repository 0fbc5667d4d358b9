// A more specific route beside a parameter.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/items/1'),
  get('/api/items/new'),
  bare('POST', '/api/items/new'),
];
