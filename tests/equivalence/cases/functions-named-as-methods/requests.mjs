// Functions of the file that are called as the methods which it answers.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/functions'),
  get('/api/functions?id=1'),
  json('POST', '/api/functions', { name: 'Ada' }),
  bare('PUT', '/api/functions'),
  get('/api/constants?id=1'),
  bare('PUT', '/api/constants'),
  bare('DELETE', '/api/constants'),
  json('POST', '/api/only', { name: 'Ada' }),
  get('/api/only'),
  get('/api/wrapped?id=1'),
  get('/api/wrapped?id=1', { Authorization: 'a' }),
  get('/api/any?id=1', { Authorization: 'a' }),
  bare('POST', '/api/any?id=1'),
];

export const stays = { '/api/map': 'carrier-elsewhere' };
