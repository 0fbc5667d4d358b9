// Answers from callbacks and events.

import { bare, get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'send-in-callback' };

export default [
  get('/api/x'),
  bare('POST', '/api/x'),
];
