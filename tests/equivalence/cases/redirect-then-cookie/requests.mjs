// Cookies and headers before a redirect with a status.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?t=1&to=/a'),
];
