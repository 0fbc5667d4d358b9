// A status and a body in conditional expressions, 204 among them.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?gone=1'),
];
