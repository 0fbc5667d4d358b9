// What has no counterpart, or asks for a review, stays and says why.

import { get } from '../../lib/requests.mjs';

export const stays = {
  '/api/preview': 'response-member',
  '/api/revalidate': 'response-member',
  '/api/socket': 'response-member',
  '/api/stream': 'streamed-body',
};

export default [
  get('/api/stream'),
];
