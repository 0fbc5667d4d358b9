// A body of more than 1 MB.

import { text } from '../../lib/requests.mjs';

export default [
  text('POST', '/api/x', 'a'.repeat(1 << 20)),
  text('POST', '/api/x', 'a'.repeat((1 << 20) + 1)),
];
