// `src/pages/api` goes to `src/app/api`.

import { get } from '../../lib/requests.mjs';

export default [
  get('/api/x/1'),
  get('/api/x/%C3%A9'),
];
