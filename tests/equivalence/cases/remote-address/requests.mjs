// The address of the socket.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'request-member' };

export default [
  get('/api/x'),
  get('/api/x', { 'X-Forwarded-For': '1.2.3.4' }),
];
