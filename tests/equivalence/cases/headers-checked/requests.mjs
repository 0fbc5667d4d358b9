// Headers that are read behind a check, and a constant that is only asked whether there is one.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x'),
  get('/api/x', { 'X-Token': 't' }),
  get('/api/x', { 'X-Name': 'ann' }),
  get('/api/x', { 'X-Token': 't', 'X-Name': 'ann' }),
  get('/api/x', { 'X-Token': '', 'X-Name': 'ann', 'X-Kind': '' }),
  get('/api/x', { 'X-Token': 't', 'X-Name': 'ann', 'X-Trace': '1', 'X-Kind': 'k' }),
];
