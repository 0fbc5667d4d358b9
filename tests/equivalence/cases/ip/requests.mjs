// The address of the client.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Forwarded-For': '1.2.3.4, 5.6.7.8' }),
];
