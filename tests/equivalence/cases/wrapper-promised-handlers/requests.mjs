// The map holds promises of what has the handlers.

import { bodies, get, head, json, malformed } from '../../lib/requests.mjs';

export default [
  get('/api/rows'),
  head('/api/rows'),
  ...bodies('/api/rows'),
  json('POST', '/api/rows', {}),
  json('POST', '/api/rows', { name: 'n' }),
  json('POST', '/api/rows', { name: 'throw' }),
  json('PUT', '/api/rows', { name: 'n' }),
  malformed('POST', '/api/rows'),
  get('/api/rows/1'),
  get('/api/rows/9'),
  json('DELETE', '/api/rows/1', {}),
  json('DELETE', '/api/rows/0', {}),
  json('PATCH', '/api/rows/1', {}),
];
