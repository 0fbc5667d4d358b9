// An answer from a function that an `AsyncLocalStorage` runs, chains inside it included.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?id=1'),
  get('/api/x?id=2'),
  get('/api/x?id=3'),
];
