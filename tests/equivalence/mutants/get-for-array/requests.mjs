// `searchParams.get` gives the first of several values.

import { get } from '../../lib/requests.mjs';

export const fault = 'body';

export default [
  get('/api/x'),
  get('/api/x?tag=a'),
  get('/api/x?tag=a&tag=b'),
];
