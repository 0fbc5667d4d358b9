// Work behind the answer that fails.

import { bare } from '../../lib/requests.mjs';

/** Next 14 has no `after()`: there the work would run before the response, which is for review. */
export const stays = { '/api/x': { 14: 'work-after-send' } };

export default [
  bare('POST', '/api/x'),
];
