// Handlers that are methods of an instance, of a class, or of an object.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/show'),
  get('/api/show?id=1'),
  json('POST', '/api/create', { name: 'Ada' }),
  bare('POST', '/api/create'),
  get('/api/create'),
  get('/api/check'),
  bare('PUT', '/api/check'),
  get('/api/list'),
  get('/api/list?page=2'),
  get('/api/own?id=4'),
];

export const stays = {
  '/api/stays-this': 'no-handler',
  '/api/stays-unbound': 'no-handler',
  '/api/stays-bound-otherwise': 'wrapped-handler',
};
