// `res.send` of bytes that are no Buffer is JSON.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
