// The query looped over.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?b=1&a=2&b=3'),
];
