// A cookie of a helper is replaced by that of the handler.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?login=1'),
];
