// A helper sets the CORS headers for every method.

import { bare, get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1', { Origin: 'https://a.example' }),
  bare('OPTIONS', '/api/x', { Origin: 'https://a.example' }),
  bare('POST', '/api/x?id=2'),
];
