// The cookie header itself.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'a=1; b=%20' }),
];
