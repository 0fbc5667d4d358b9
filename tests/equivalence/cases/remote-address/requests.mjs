// The address of the socket: behind the header in which Next puts it, and alone.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/peer': 'request-member' };

export default [
  get('/api/x'),
  get('/api/x', { 'X-Forwarded-For': '1.2.3.4' }),
];
