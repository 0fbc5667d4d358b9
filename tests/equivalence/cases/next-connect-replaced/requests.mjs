// Functions of a router put something in the place of the query and the body: those behind them, and `onError`, see that.

import { bodies, form, get, json, malformed, bare, text } from '../../lib/requests.mjs';

export default [
  ...bodies('/api/posts'),
  json('POST', '/api/posts', { title: ' Tea ', more: 1 }),
  form('POST', '/api/posts', 'title=+Tea+&tags=a&tags=b'),
  json('PUT', '/api/posts/7?draft=yes&more=1', { title: ' Tea ', more: 1 }),
  json('PUT', '/api/posts/7?draft=no', { title: ' Tea ', tags: ['a'] }),
  json('PUT', '/api/posts/7', { title: 'broken' }),
  json('PUT', '/api/posts/none', { title: 'Tea' }),
  json('PUT', '/api/posts/7', { title: 7 }),
  malformed('PUT', '/api/posts/7'),
  text('PUT', '/api/posts/7', 'Tea'),
  get('/api/posts/7?draft=yes'),
  get('/api/posts/none?draft=yes'),
  get('/api/posts/7?id=9'),
  bare('DELETE', '/api/posts/7'),
  bare('DELETE', '/api/posts/none'),
];
