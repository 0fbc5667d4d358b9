// What has no counterpart stays, and says why.

import { get } from '../../lib/requests.mjs';

export const stays = {
  '/api/preview': 'response-member',
  '/api/revalidate': 'response-member',
  '/api/socket': 'response-member',
  '/api/stream': 'response-member',
};

export default [
  get('/api/stream'),
];
