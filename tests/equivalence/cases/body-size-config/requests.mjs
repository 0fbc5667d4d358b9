// A limit of the body has no counterpart.

import { json } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'body-size-limit' };

export default [
  json('POST', '/api/x', { a: 1 }),
];
