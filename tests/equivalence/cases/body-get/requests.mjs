// A body on GET is parsed, too.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'Content-Type': 'application/json' }),
];
