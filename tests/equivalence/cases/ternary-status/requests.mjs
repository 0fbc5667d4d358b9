// A status and a body in conditional expressions, 204 among them.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  { ...get('/api/x?gone=1'), todo: 'a status 204 out of a conditional expression, with a body: 500' },
];
