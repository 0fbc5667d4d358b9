// The endpoint, the helper and the handler that it is handed all read the body.

import { json } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/x', { name: 'Ada' }),
  json('POST', '/api/x', { name: 'bad' }),
  json('POST', '/api/x', {}),
];
