// A header of which the name is computed.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x', { 'X-A': '1' }),
  get('/api/x?name=X-B', { 'X-B': '2' }),
  get('/api/x?name=none'),
];
