// Malformed JSON was 400.

import { json, malformed } from '../../lib/requests.mjs';

export const fault = 'status';

export default [
  json('POST', '/api/x', { a: 1 }),
  malformed('POST', '/api/x'),
];
