// `res.end` with a text, and with HTML.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?kind=html'),
  get('/api/x?kind=typed'),
];
