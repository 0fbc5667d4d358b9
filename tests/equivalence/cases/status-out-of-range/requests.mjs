// A status that a `Response` does not take.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x?status=299'),
  get('/api/x?status=599'),
  { ...get('/api/x?status=600'), todo: 'a status beyond 599 is sent by the Pages Router, and a RangeError for a Response' },
];
