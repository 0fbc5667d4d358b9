// A status that is known at run time only, 204 among them.

import { get } from '../../lib/requests.mjs';

const todo = 'a dynamic status 204 or 304: NextResponse.json throws, so 500';

export default [
  get('/api/x'),
  get('/api/x?status=404'),
  { ...get('/api/x?status=204'), todo },
  { ...get('/api/x?status=304'), todo },
];
