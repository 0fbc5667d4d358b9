// `searchParams.get` gives null for a missing key: the default does not apply.

import { get } from '../../lib/requests.mjs';

export const fault = 'body';

export default [
  get('/api/x'),
  get('/api/x?page=2'),
];
