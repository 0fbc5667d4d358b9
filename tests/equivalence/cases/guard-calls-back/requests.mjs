// Guards that call a function back for the answer: refused, refused inside, answered, and thrown.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=none', { Authorization: 'Bearer t' }),
  get('/api/x?id=1', { Authorization: 'Bearer t' }),
  get('/api/x?id=throws', { Authorization: 'Bearer t' }),
  get('/api/x?id=1', { Authorization: 'Bearer poor' }),
];
