// Work behind the response, which the client does not wait for.

import { get, json } from '../../lib/requests.mjs';

/** Next 14 has no `after()`: there the work would run before the response, which is for review. */
export const stays = { '/api/x': { 14: 'work-after-send' }, '/api/kept': { 14: 'work-after-send' } };

export default [
  json('POST', '/api/x', { a: 1 }),
  get('/api/x'),
  json('POST', '/api/kept', { a: 1 }),
];
