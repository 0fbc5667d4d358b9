// Cookies go along with a redirect.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
