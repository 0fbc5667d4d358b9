// A helper runs the handler inside of a chain of promises, and answers what that fails with.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/returned'),
  get('/api/returned?id=1'),
  get('/api/returned?id=1&fails=badly'),
  get('/api/awaited'),
  get('/api/quiet'),
];
