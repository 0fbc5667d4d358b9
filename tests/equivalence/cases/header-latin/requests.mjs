// A header with a letter beyond ASCII.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
