// Parameters that stand for functions of packages.

import { get, json } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

const elsewhere = 'carrier-elsewhere';

export const stays = {
  '/api/bearer': elsewhere,
  '/api/guest': elsewhere,
  '/api/language': elsewhere,
  '/api/owner': elsewhere,
};

export default [
  get('/api/me'),
  get('/api/me', { 'X-Forwarded-For': '1.2.3.4' }),
  get('/api/me', { Cookie: 'next-auth.session-token=none' }),
  json('POST', '/api/me', { a: 1 }),
];
