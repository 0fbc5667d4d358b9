// A token behind `Bearer`.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Authorization: 'Bearer abc' }),
  get('/api/x', { Authorization: 'Basic abc' }),
];
