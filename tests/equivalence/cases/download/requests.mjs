// A file: type, disposition, bytes.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
