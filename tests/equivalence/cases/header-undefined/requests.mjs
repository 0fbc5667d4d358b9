// A header that is undefined throws.

import { get } from '../../lib/requests.mjs';

const todo = 'a header that is undefined: `setHeader` throws, now a text is sent';

export default [
  get('/api/x', { 'X-A': '1' }),
  { ...get('/api/x'), todo },
];
