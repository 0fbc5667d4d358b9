// A header with a line break throws.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?name=a'),
  get('/api/x?name=a%0Ab'),
];
