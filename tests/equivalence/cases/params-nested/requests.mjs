// Two parameters, one of them read in one method only.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/red/members/1'),
  bare('DELETE', '/api/red%20team/members/1?id=2'),
  bare('PUT', '/api/red/members/1'),
];
