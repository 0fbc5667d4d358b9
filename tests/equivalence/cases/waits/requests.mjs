// A handler that waits before it answers.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
