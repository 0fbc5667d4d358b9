// The `onError` of a router logs the body: behind a function that has read it, behind one that read a copy, and before
// anybody has.

import { bare, bodies, form, get, json, malformed, text } from '../../lib/requests.mjs';

const user = { Authorization: 'ada' };

export default [
  ...bodies('/api/create'),
  json('PUT', '/api/create', { name: 'Ada' }),
  text('PUT', '/api/create', 'text'),
  malformed('PUT', '/api/create'),
  bare('PUT', '/api/create'),
  ...bodies('/api/guarded'),
  json('POST', '/api/guarded', { name: 'root' }, user),
  json('POST', '/api/guarded', { name: 'taken' }, user),
  json('POST', '/api/guarded', { name: 'new' }, user),
  form('POST', '/api/guarded', 'name=taken&more=1&more=2', user),
  get('/api/guarded', user),
  get('/api/guarded?id=1', user),
];
