// A helper of the same file reads and answers.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Role': 'admin' }),
  get('/api/x?page=4', { 'X-Role': 'admin' }),
];
