// Helpers of CommonJS files, which endpoints require or import, in every form.

import { bare, get, json } from '../../lib/requests.mjs';

const known = { authorization: 'k' };
const admin = { 'x-role': 'admin' };

export const args = ['--unsafe'];

export const stays = { '/api/stays': 'overruled' };

export default [
  get('/api/me'),
  get('/api/me', known),
  get('/api/me', { ...known, ...admin }),
  bare('OPTIONS', '/api/me'),
  get('/api/items/7'),
  get('/api/items/7', admin),
  get('/api/items/8', admin),
  json('POST', '/api/plain', { id: '7' }),
  json('POST', '/api/plain', { id: '8' }),
  get('/api/fixed', known),
  get('/api/fixed', admin),
  bare('OPTIONS', '/api/fixed'),
];
