// A wrapper leaves before it looks whether the handler has answered, so that the answer goes nowhere.

import { get } from '../../lib/requests.mjs';

export const fault = 'status';

export default [
  get('/api/x'),
];
