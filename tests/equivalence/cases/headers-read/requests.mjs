// A header is a string, or undefined.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { Authorization: 'Bearer a', 'X-Trace': 't' }),
  get('/api/x', { 'X-Trace': '' }),
  get('/api/x', { 'User-Agent': 'me' }),
];
