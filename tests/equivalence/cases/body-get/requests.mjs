// A body on GET is parsed, too.

import { get } from '../../lib/requests.mjs';

// Its answers to GET read the body, of which the finding `get-body` warns.
export const args = ['--unsafe'];

export default [
  get('/api/x'),
  get('/api/x', { 'Content-Type': 'application/json' }),
];
