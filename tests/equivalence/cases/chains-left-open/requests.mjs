// Chains of promises that answer on some ways only, or twice. Requests that would hang are left out.

import { get } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

export const stays = {
  '/api/stays-data': 'send-in-callback',
  '/api/stays-helper': 'send-in-callback',
};

export default [
  get('/api/logged?id=1'),
  get('/api/logged?id=9'),
  get('/api/some?id=1'),
  get('/api/some?id=broken'),
  get('/api/twice?id=1'),
  get('/api/twice?id=9'),
  get('/api/twice?id=broken'),
];
