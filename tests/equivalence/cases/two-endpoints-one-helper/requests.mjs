// Two endpoints share a helper that answers.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/a'),
  get('/api/a?id=1'),
  get('/api/b'),
  bare('POST', '/api/b'),
];
