// A header that is a number.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?n=3'),
];
