// Bytes that one function sends keep the content type that another one, or a wrapper, has set before.

import { get, head } from '../../lib/requests.mjs';

export const stays = { '/api/any': 'headers-shared' };

export default [
  get('/api/logo'),
  head('/api/logo'),
  get('/api/raw'),
  get('/api/report'),
  get('/api/report?note=1'),
  get('/api/report?list=1'),
];
