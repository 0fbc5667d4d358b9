// Asking by `hasOwnProperty` and by `Object.keys`.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?a'),
];
