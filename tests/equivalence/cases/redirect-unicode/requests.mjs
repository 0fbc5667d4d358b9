// A redirect to a place that has to be escaped.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
