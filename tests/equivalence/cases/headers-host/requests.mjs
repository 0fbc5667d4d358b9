// An absolute URL made of the host header.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Host: 'example.com', 'X-Forwarded-Proto': 'https' }),
];
