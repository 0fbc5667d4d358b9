// What a handler returns without having answered goes nowhere, but what makes it runs.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/statements'),
  ...['text', 'late', 'soon', 'inside', 'row', 'choice', 'sent'].map((mode) => get(`/api/statements?id=1&mode=${mode}`)),
  get('/api/expression'),
  get('/api/expression?id=1'),
  get('/api/helper'),
  get('/api/helper?id=1'),
  bare('POST', '/api/helper'),
  get('/api/wrapped'),
  get('/api/wrapped', { 'X-Key': 'k' }),
  bare('POST', '/api/wrapped', { 'X-Key': 'k' }),
];
