// Headers of which the code asks whether they are a text or a list, and headers by the name in a constant.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Id': '1', 'X-Token': 't', 'X-Trace': 'a' }),
  get('/api/x', { 'X-Id': '', 'X-Token': '', 'X-Trace': '' }),
  get('/api/x', { 'X-A': '1', 'X-B': '2', 'X-Forwarded-For': '1.2.3.4, 5.6.7.8' }),
];
