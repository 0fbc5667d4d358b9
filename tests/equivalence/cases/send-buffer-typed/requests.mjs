// Bytes with a type.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
