// Two effects change places.

import { bare } from '../../lib/requests.mjs';

export const fault = 'effects';

export default [
  bare('POST', '/api/x'),
];
