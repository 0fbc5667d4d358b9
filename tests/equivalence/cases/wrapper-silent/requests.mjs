// Wrappers that on some way neither call their handler nor answer.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/elsewhere?id=1'),
  get('/api/elsewhere?id=none'),
  get('/api/here?day=monday'),
  get('/api/here?day=closed'),
  get('/api/here'),
];
