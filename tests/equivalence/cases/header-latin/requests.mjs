// A header with a letter beyond ASCII.

import { get } from '../../lib/requests.mjs';

export const todo = 'a header with é: sent as Latin-1, now as UTF-8';

export default [
  get('/api/x'),
];
