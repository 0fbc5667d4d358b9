// `redirect` throws, and the `catch` takes it for an error.

import { get } from '../../lib/requests.mjs';

export const fault = 'status';

export default [
  get('/api/x'),
];
