// A guard has answered, and its caller answers once more.

import { get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];
export const stays = { '/api/key': 'guard-helper', '/api/works': 'guard-helper' };

export default [
  get('/api/user'),
  get('/api/user', { Authorization: 'ada' }),
  get('/api/name'),
  get('/api/name?name=ada'),
  get('/api/name?name=ada&banned=1'),
];
