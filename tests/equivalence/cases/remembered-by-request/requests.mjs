// A module remembers something for each request.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/peer': 'request-member' };

export default [
  get('/api/me'),
  get('/api/me', { Cookie: 'token=ada' }),
  get('/api/me', { Cookie: 'token=grace' }),
  get('/api/counted'),
  get('/api/counted?again=1'),
];
