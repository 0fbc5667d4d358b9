// `setHeader` in a chain.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
