// A default applies where a key is missing, not where it is empty.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?page=2&size=5&sort=name'),
  get('/api/x?page='),
  get('/api/x?page=2&page=3'),
  get('/api/x?sort'),
];
