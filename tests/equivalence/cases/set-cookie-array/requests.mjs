// Several cookies at once stay several headers.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
