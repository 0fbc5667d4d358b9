// A wrapper takes an object in which the handler is one of the options, or an object of handlers with others spread in.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  json('POST', '/api/notes', { text: 't' }),
  json('POST', '/api/notes', { text: 't' }, { 'X-Role': 'writer' }),
  get('/api/notes/1'),
  json('PUT', '/api/notes/1', { text: 't' }),
  bare('DELETE', '/api/notes/1'),
];
