// A cookie that depends on what came before.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?login=1'),
];
