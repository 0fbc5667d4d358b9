// The request and the response by other names, in handlers, helpers and wrappers.

import { bare, get, json } from '../../lib/requests.mjs';

export default [
  get('/api/authed'),
  get('/api/authed?user=7'),
  get('/api/both'),
  get('/api/both?user=7', { 'X-Agent': 'a' }),
  bare('POST', '/api/both?user=8'),
  bare('PUT', '/api/both?user=8'),
  get('/api/short'),
  get('/api/short?id=5'),
  get('/api/response'),
  get('/api/response?id=1'),
  get('/api/response?id=2'),
  json('POST', '/api/changes', { name: ' Ada ' }),
  json('POST', '/api/changes', {}),
  get('/api/objects'),
  get('/api/objects?by=me'),
  get('/api/wrapped'),
  get('/api/wrapped', { 'X-User': 'Ada' }),
  get('/api/tagged'),
  get('/api/tagged?tag=a'),
];

export const stays = {
  '/api/stays-changed': 'request-escapes',
  '/api/stays-hidden': 'request-escapes',
  '/api/stays-streamed': 'response-form',
};
