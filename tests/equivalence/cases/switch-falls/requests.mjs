// A switch on something else than the method, with breaks.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?kind=a'),
  get('/api/x?kind=none'),
  get('/api/x'),
];
