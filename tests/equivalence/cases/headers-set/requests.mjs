// Headers that are set before, and one that is replaced.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
