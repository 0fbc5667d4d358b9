// Helpers that cannot be followed are replaced as `routelift.toml` says: answers, with headers set before, and a value.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Caller': 'ada', 'X-Page': '2' }),
  get('/api/x', { 'X-Caller': 'ada', 'X-Page': '3' }),
  get('/api/x', { 'X-Caller': 'mallory' }),
];
