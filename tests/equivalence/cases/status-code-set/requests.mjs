// `res.statusCode` and `statusMessage`.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1'),
];
