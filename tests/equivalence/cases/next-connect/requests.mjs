// A router of next-connect 1: middlewares in order, ones that refuse and ones that are made, errors with and without
// `onError`, methods without a function.

import { bare, get, head, json, malformed, text } from '../../lib/requests.mjs';

const user = { Authorization: 'ada' };

// Its answers to GET read the body, of which the finding `get-body` warns.
export const args = ['--unsafe'];

export default [
  get('/api/x'),
  get('/api/x?open=1'),
  get('/api/x', user),
  head('/api/x', user),
  get('/api/x', { Authorization: 'broken' }),
  json('POST', '/api/x', { item: 'tea' }),
  json('POST', '/api/x', { item: 'tea' }, user),
  json('POST', '/api/x', { item: 'late' }, user),
  json('POST', '/api/x', {}, user),
  bare('POST', '/api/x', user),
  malformed('POST', '/api/x'),
  bare('PUT', '/api/x?id=7', user),
  bare('DELETE', '/api/x', user),
  text('POST', '/api/plain', 'tea'),
  text('POST', '/api/plain', 'late'),
  bare('DELETE', '/api/plain'),
];
