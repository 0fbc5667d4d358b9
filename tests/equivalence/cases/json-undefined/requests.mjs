// `res.json(undefined)` is an empty body.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?id=1'),
  get('/api/x'),
];
