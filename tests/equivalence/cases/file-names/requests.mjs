// Index files, underscores and dashes in paths.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api'),
  get('/api/users?q=1'),
  get('/api/a-b/c_d'),
];
