// Code behind the return never runs.

import { bare } from '../../lib/requests.mjs';

export const fault = 'effects';

export default [
  bare('POST', '/api/x'),
];
