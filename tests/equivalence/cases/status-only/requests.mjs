// A status with nothing.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?ok=1'),
];
