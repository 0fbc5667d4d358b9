// `res.writeHead` used to redirect.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1'),
];
