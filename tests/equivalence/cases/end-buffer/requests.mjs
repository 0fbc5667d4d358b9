// `res.end` of bytes.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
