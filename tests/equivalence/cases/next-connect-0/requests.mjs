// A router of next-connect 0: the same, and `next(error)`, headers that a middleware sets, a last function that calls
// `next()`, errors that pass by the middlewares before them, and a router in a router, which takes all methods.

import { bare, get, head, json, options, text } from '../../lib/requests.mjs';

const user = { Authorization: 'ada' };

export const packages = { 'next-connect': 'next-connect-0' };

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
  bare('PUT', '/api/x', user),
  bare('DELETE', '/api/x', user),
  text('POST', '/api/plain', 'tea'),
  text('POST', '/api/plain', 'late'),
  bare('DELETE', '/api/plain'),
  bare('PATCH', '/api/plain'),
  get('/api/open'),
  options('/api/open'),
  bare('POST', '/api/open'),
];
