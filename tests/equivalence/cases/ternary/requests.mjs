// Answers in a conditional expression.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
];
