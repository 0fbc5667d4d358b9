// Routers that morgan logged for answer as before without it.

import { bodies, get, json } from '../../lib/requests.mjs';

const user = { Authorization: 'ada' };

export const packages = { 'next-connect': 'next-connect-0' };
export const args = ['--unsafe'];
export const stays = { '/api/only': 'package-call' };

export default [
  ...bodies('/api/items'),
  json('POST', '/api/items', { name: 'tea', password: 'secret' }),
  get('/api/own'),
  get('/api/own?id=1', user),
  // With a user, the recorder would take the middleware of lib/log for a function of the app.
  get('/api/imported'),
];
