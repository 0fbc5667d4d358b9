// The answer of the guard is not returned, so the data goes out to everybody.

import { get } from '../../lib/requests.mjs';

export const fault = 'status';

export default [
  get('/api/x'),
  get('/api/x', { Cookie: 'session=good' }),
];
