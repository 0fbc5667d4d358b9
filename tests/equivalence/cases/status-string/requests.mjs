// A status that is text.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?status=404'),
];
