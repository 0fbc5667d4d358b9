// `res.end` of a string that comes from elsewhere has no content type.

import { get } from '../../lib/requests.mjs';

export const todo = 'res.end(unknown string): a content type is added';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
