// An uncaught error is 500, and what came before it happened.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?fail=1'),
];
