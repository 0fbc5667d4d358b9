// `res.send` of a date is JSON.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
];
