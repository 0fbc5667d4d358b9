// Callbacks in a `try`, behind `await` and `return`, and with other code behind them.

import { bare, get } from '../../lib/requests.mjs';

export const stays = {
  '/api/stays-finally': 'send-in-callback',
  '/api/stays-header': 'send-in-callback',
  '/api/stays-waits': 'send-in-callback',
  '/api/stays-returned-in-try': 'send-in-callback',
};

export default [
  get('/api/caught?key=1'),
  get('/api/caught?key=bad'),
  get('/api/caught'),
  get('/api/started'),
  get('/api/started?fails=1'),
  get('/api/returned?key=1'),
  get('/api/returned?key=bad'),
  get('/api/returned?key=offline'),
  get('/api/returned'),
  bare('DELETE', '/api/returned?key=1'),
  get('/api/awaited?key=1'),
  get('/api/awaited?key=bad'),
  get('/api/awaited?key=offline'),
  get('/api/awaited'),
];
