// An error behind the answer is nobody's answer.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'work-after-send' };

export default [
  get('/api/x'),
];
