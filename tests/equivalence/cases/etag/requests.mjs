// An ETag is added by the Pages Router only.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'If-None-Match': '"7-4XvlFqPQwvFTcCyIdZeg5hI9qz4"' }),
];
