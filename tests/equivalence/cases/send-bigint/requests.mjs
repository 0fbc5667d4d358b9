// `res.send` of a BigInt fails.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
