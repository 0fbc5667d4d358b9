// A value that JSON has not throws.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
