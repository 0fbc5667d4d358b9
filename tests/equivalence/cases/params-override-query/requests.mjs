// A route parameter wins over a query key of the same name.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/users/7'),
  get('/api/users/7?id=9&tab=posts'),
  get('/api/users/a%2Fb%20c+d?tab=1&tab=2'),
  get('/api/users/%2525'),
  bare('POST', '/api/users/7'),
];
