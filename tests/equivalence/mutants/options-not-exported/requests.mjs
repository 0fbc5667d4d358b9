// Next answers OPTIONS without the CORS headers.

import { bare, get } from '../../lib/requests.mjs';

export const fault = 'access-control-allow-origin';

export default [
  get('/api/x'),
  bare('OPTIONS', '/api/x'),
];
