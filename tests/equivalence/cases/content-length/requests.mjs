// A length set by hand.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
