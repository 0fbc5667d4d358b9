// A status as text, and a reason.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'response-member' };

export default [
  get('/api/x'),
  get('/api/x?reason=1'),
];
