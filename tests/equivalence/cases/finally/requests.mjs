// `finally` runs on every way out.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
  get('/api/x?id=throw'),
];
