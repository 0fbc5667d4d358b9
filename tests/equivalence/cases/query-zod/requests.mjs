// A schema reads the whole query; null in place of undefined would fail it.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?page=3'),
  get('/api/x?page=three'),
  get('/api/x?tag=a&tag=b'),
  get('/api/x?tag=a&page='),
];
