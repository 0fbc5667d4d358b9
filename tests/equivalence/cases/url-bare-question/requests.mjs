// A URL that ends with a question mark.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?'),
  get('/api/x?a'),
  get('/api/x?a=+%2B'),
];
