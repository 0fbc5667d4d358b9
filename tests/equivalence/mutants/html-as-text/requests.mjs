// `new Response(string)` says text/plain, so a browser shows the source.

import { get } from '../../lib/requests.mjs';

export const fault = 'content-type';

export default [
  get('/api/x'),
];
