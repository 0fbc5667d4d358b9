// A redirect to a place that the request names.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?to=%2Fa%3Fb%3Dc%26d'),
  get('/api/x?to=https%3A%2F%2Fexample.com'),
];
