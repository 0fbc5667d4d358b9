// `res.end` of a string that comes from elsewhere has no content type.

import { get } from '../../lib/requests.mjs';

const todo = 'res.end(unknown string): a content type is added';

export default [
  { ...get('/api/x'), todo },
  { ...get('/api/x?id=1'), todo },
];
