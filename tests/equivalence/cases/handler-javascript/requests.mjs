// A handler in JavaScript, exported as CommonJS.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
