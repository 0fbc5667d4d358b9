// `getHeader` and `hasHeader` of what was set.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'response-member' };

export default [
  get('/api/x'),
];
