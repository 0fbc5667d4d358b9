// Wrappers log once their handler has answered.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?id=1'),
  get('/api/x'),
];
