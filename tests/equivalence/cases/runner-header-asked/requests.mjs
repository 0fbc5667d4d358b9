// A handler asks for a header that the helper which runs it has set.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/cast'),
  get('/api/cast?name=Ada'),
  get('/api/plain'),
  get('/api/users/7'),
  get('/api/unasked?name=Ada'),
];
