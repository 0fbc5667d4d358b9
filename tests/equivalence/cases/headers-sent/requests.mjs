// `res.headersSent` asks whether somebody answered.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'forgotten-return' };

export default [
  get('/api/x?id=1'),
  get('/api/x'),
];
