// What stands in place of a longer form, for headers that are there, empty, or not.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/list?a=1&a=2&b='),
  get('/api/list?a=none'),
  get('/api/list', { 'X-Known': 'one', 'X-Other': 'two' }),
  get('/api/list', { 'X-Known': '' }),
  get('/api/list', { 'X-Other': 'two' }),
  get('/api/address'),
  get('/api/address', { 'X-Forwarded-For': '1.2.3.4, 10.0.0.1' }),
];
