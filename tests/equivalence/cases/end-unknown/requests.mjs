// `res.end` of a string that comes from elsewhere has no content type.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
