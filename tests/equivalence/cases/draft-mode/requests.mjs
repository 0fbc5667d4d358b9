// The draft mode has a counterpart that is not used yet.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'response-member' };

export default [
  get('/api/x'),
  get('/api/x?off=1'),
];
