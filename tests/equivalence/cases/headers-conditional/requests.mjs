// A header that is set on one way only.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?cache=5'),
  get('/api/x?cache=5&fail=1'),
  get('/api/x?fail=1'),
];
