// `Headers.set` keeps the last of two cookies.

import { get } from '../../lib/requests.mjs';

export const fault = 'set-cookie';

export default [
  get('/api/x'),
];
