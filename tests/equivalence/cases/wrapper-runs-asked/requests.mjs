// A handler behind such a wrapper asks for a header that the helper has set.

import { get } from '../../lib/requests.mjs';

export const stays = {
  '/api/fallback': 'handlers-handed',
  '/api/mark': 'response-member',
  '/api/twice': 'wrapped-handler',
};

const admin = { authorization: 'ada' };

export default [
  get('/api/asked'),
  get('/api/asked', admin),
  get('/api/things/7', admin),
  get('/api/plain?id=1'),
  get('/api/plain?id=1&mark=1'),
  get('/api/plain?fails=badly'),
];
