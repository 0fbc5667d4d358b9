// A redirect made of a status and a header.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
