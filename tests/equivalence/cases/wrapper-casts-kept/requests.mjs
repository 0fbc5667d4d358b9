// Handlers that are given another type where they are wrapped, called or handed to a helper.

import { get, json } from '../../lib/requests.mjs';

const user = { authorization: 'ada' };

export default [
  get('/api/asked?page=1'),
  get('/api/called?page=1'),
  json('POST', '/api/called?page=2', {}),
  json('PUT', '/api/called?page=2', {}),
  get('/api/constant?page=1'),
  get('/api/exported?page=1'),
  get('/api/extra?page=1'),
  get('/api/extra?page=1', user),
  get('/api/handed?page=1'),
  get('/api/nested?page=1', user),
  get('/api/nested?page=1'),
];
