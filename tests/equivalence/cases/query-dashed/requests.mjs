// A key that is no name.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?user-id=1&ids[]=1&ids[]=2'),
  get('/api/x?user-id=1&user-id=2'),
];
