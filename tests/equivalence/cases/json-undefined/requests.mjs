// `res.json(undefined)` is an empty body.

import { get } from '../../lib/requests.mjs';

const todo = 'res.json(undefined): NextResponse.json throws, so 500';

export default [
  get('/api/x?id=1'),
  { ...get('/api/x'), todo },
];
