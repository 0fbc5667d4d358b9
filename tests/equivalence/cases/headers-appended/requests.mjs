// `res.appendHeader`, `getHeader` and `removeHeader`.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?drop=1'),
];
