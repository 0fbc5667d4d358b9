// Headers that were set before an uncaught error.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
