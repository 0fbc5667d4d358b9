// Middlewares that a promise waits for, exported as default by their names, and handlers with a third parameter.

import { bare, get, json } from '../../lib/requests.mjs';

const ada = { Authorization: 'ada' };

export default [
  get('/api/orders'),
  get('/api/orders', ada),
  get('/api/orders?down=1', ada),
  json('POST', '/api/orders', { text: 't' }, ada),
  bare('DELETE', '/api/orders', ada),
  get('/api/mine', ada),
  get('/api/mine', { ...ada, 'X-Owner': 'me' }),
  get('/api/mine?fails=1', { ...ada, 'X-Owner': 'me' }),
  get('/api/given', ada),
  get('/api/given'),
];

// Next.js gives no third argument; that one needs its middleware in the old form.
export const stays = { '/api/given': 'handler-parameter' };
