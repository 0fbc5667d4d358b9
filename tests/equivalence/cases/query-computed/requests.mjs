// A key that is known at run time only.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?a=1', { 'X-Key': 'a' }),
  get('/api/x?a=1&a=2', { 'X-Key': 'a' }),
  get('/api/x?b=1', { 'X-Key': 'a' }),
];
