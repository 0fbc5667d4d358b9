// Answers from callbacks and events.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  bare('POST', '/api/x'),
];
