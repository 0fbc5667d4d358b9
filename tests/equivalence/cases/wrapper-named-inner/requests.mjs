// A wrapper gives its inner function to another wrapper by a name.

import { bare, get, json } from '../../lib/requests.mjs';

export const stays = { '/api/twice': 'wrapped-handler' };

export default [
  get('/api/user'),
  get('/api/user?page=2', { 'X-User': 'ada' }),
  get('/api/user', { 'X-User': 'nobody' }),
  bare('DELETE', '/api/user', { 'X-User': 'ada' }),
  get('/api/key'),
  get('/api/key', { 'X-Key': 'k' }),
  json('POST', '/api/key', { name: 'a' }),
  json('POST', '/api/key', { name: 'a' }, { 'X-Key': 'k' }),
  get('/api/twice'),
];
