// One cookie, as it was written, without a path of its own.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?out=1'),
];
