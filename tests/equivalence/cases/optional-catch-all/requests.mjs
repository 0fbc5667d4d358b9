// An optional catch-all has no key where there are no parts.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/docs'),
  get('/api/docs/a'),
  get('/api/docs/a/b?slug=z'),
  get('/api/docs?x=1'),
];
