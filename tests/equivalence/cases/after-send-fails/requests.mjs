// Work behind the answer that fails.

import { bare } from '../../lib/requests.mjs';

export const versions = ['15', '16'];

export default [
  bare('POST', '/api/x'),
];
