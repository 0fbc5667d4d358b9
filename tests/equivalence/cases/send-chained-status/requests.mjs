// Status behind the headers, and answers that are returned.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
