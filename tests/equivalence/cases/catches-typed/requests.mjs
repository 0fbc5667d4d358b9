// Errors answered by kind, the rest thrown again.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?id=1'),
  get('/api/x?id=0'),
  get('/api/x?id=-1'),
];
