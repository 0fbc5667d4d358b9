// Lines that begin with `;`, and lines that begin with `[` behind a `;`, where the statement above is replaced or goes.

import { bare, get, json } from '../../lib/requests.mjs';

const ada = { Authorization: 'ada' };

export default [
  get('/api/waited'),
  get('/api/waited', ada),
  get('/api/waited?again=1', ada),
  bare('PUT', '/api/removed'),
  json('POST', '/api/removed', { a: 1 }),
  get('/api/between'),
  json('POST', '/api/between', { a: 1 }, ada),
];
