// A client that reads and sets cookies by functions which hold `req` and `res`, as packages for sessions want them.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/user'),
  get('/api/user', { Cookie: 'token=ada; other=1' }),
  get('/api/user?again=1', { Cookie: 'token=ada' }),
];
