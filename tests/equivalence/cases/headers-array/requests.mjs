// A header with several values.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
