// A redirect inside `try` is not an error.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?fail=1'),
];
