// Headers that are set in a branch: which responses they reach where it returns, breaks out of a loop, or throws.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x?item=a'),
  get('/api/x?item=b&leave=1'),
  get('/api/x?type=text'),
  get('/api/x?type=bad'),
  get('/api/x?refuse=1'),
];
