// Work that is started and not awaited, before the answer.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
