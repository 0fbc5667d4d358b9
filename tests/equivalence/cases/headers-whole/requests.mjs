// The headers handed on as an object.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Id': '1', 'X-List': 'a, b' }),
];
