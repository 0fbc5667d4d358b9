// A wrapper hands the user over first, and types say what wrappers and handlers are.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/notes?page=2'),
  get('/api/notes?page=2', { Cookie: 'session=u1' }),
  json('PUT', '/api/notes', { text: 't' }, { Cookie: 'session=u1' }),
  bare('DELETE', '/api/notes', { Cookie: 'session=u1' }),
];
