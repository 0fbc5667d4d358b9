// A `Response` with status 204 may not have a body.

import { bare } from '../../lib/requests.mjs';

export const fault = 'status';

export default [
  bare('DELETE', '/api/x'),
];
