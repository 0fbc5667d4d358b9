// A wrapper leaves it to another helper to run the function that calls the handler.

import { get, json } from '../../lib/requests.mjs';

const admin = { authorization: 'ada' };

export default [
  get('/api/users?id=1'),
  get('/api/users?id=1', admin),
  get('/api/users', admin),
  json('POST', '/api/teams/red', { name: 'Red' }),
  json('POST', '/api/teams/red', { name: 'Red' }, admin),
  get('/api/teams/red', admin),
];
