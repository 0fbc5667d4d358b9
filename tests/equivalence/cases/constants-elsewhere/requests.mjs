// Statuses, names of headers, values and bodies that constants of other files hold.

import { get, json } from '../../lib/requests.mjs';

// `/api/early` has a status that no `Response` takes, and `/api/unclear` one that the client chooses.
export const args = ['--unsafe'];
export const stays = { '/api/early': 'status-range' };

export default [
  get('/api/users?id=1'),
  get('/api/users'),
  json('POST', '/api/users?id=1', {}),
  json('POST', '/api/users?id=1&later=1', {}),
  json('PUT', '/api/users?id=1', {}),
  json('PATCH', '/api/users?id=1', {}),
  json('DELETE', '/api/users?id=1', {}),
  ...['plain', 'page', 'sniffed', 'list', 'one', 'whole', 'local', 'other'].map((kind) => get(`/api/texts?kind=${kind}`)),
  get('/api/collected'),
  get('/api/collected?total=1'),
  get('/api/unclear?kind=computed'),
  get('/api/unclear?kind=looked-up&code=OK'),
  get('/api/unclear?kind=looked-up&code=NO_CONTENT'),
];
