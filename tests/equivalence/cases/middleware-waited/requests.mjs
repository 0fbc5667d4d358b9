// Middlewares that a promise waits for: what they answer, put on the request, give and throw.

import { bare, get, json } from '../../lib/requests.mjs';

const ada = { Authorization: 'ada' };

export default [
  get('/api/notes/1'),
  get('/api/notes/1', ada),
  json('PUT', '/api/notes/1', { text: 't' }),
  json('PUT', '/api/notes/1', { text: 't' }, ada),
  json('PUT', '/api/notes/1', { text: 1 }, ada),
  bare('DELETE', '/api/notes/1', ada),
  get('/api/team'),
  get('/api/team?team=red'),
];
