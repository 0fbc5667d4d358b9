// A header of the response is forgotten.

import { get } from '../../lib/requests.mjs';

export const fault = 'cache-control';

export default [
  get('/api/x'),
];
