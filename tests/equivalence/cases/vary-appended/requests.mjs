// `Vary` of the handler is kept.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
