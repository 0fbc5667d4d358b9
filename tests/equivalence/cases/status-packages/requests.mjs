// Statuses that packages give names.

import { get, json } from '../../lib/requests.mjs';

export default [
  get('/api/codes'),
  ...['POST', 'PUT', 'DELETE', 'PATCH'].map((method) => json(method, '/api/codes', {})),
  get('/api/unknown'),
];
