// Work behind the answer that nobody awaits.

import { get } from '../../lib/requests.mjs';

/** Next 14 has no `after()`: there the work would run before the response, which is for review. */
export const stays = { '/api/x': { 14: 'work-after-send' } };

export default [
  get('/api/x'),
];
