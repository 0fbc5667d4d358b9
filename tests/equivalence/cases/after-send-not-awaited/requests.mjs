// Work behind the answer that nobody awaits.

import { get } from '../../lib/requests.mjs';

export const versions = ['15', '16'];

export default [
  get('/api/x'),
];
