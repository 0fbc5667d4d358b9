// Work behind the response, which the client does not wait for.

import { get, json } from '../../lib/requests.mjs';

/** Next 14 has no `after()`: there the work would run before the response, which is for review. */
export const versions = ['15', '16'];

export default [
  json('POST', '/api/x', { a: 1 }),
  get('/api/x'),
];
