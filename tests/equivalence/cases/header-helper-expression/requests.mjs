// Helpers that set headers by an expression.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/once'),
  get('/api/once?id=1'),
  get('/api/some'),
  get('/api/some?cached=1'),
  get('/api/some?all=1'),
  get('/api/tagged?id=1'),
  get('/api/named'),
];

export const stays = {
  '/api/inside': 'response-form',
  '/api/stays-chained': 'response-form',
  '/api/stays-kept': 'response-form',
  '/api/stays-returned': 'response-form',
  '/api/stays-status': 'headers-shared',
};
