// A key is written to the query.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?page=3'),
];
