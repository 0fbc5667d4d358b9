// `res.writeHead` with headers.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
