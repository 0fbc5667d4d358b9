// A wrapper puts the user on the request.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/notes/1'),
  get('/api/notes/1', { Cookie: 'session=u1' }),
  json('PUT', '/api/notes/1', { text: 't' }, { Cookie: 'session=u1' }),
  bare('DELETE', '/api/notes/1', { Cookie: 'session=u1' }),
];
