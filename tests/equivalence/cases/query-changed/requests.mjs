// The query is changed on the way.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?page=2&a=1&a=2'),
];
