// The query is handed to a helper of another file.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a=1&a=2&b='),
];
