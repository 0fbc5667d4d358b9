// JSON made by hand with a type of its own.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
