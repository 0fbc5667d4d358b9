// A chain of promises that answers at its end.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?id=1'),
  get('/api/x'),
];
