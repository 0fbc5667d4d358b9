// A guard gives the user, or answers and gives null.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?q=1', { Authorization: 'Bearer t' }),
];
