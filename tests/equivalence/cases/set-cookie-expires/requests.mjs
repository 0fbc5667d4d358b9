// A cookie with a comma in its date.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
