// Addresses that a proxy may have put into the header.

import { get } from '../../lib/requests.mjs';

export default ['chain', 'first', 'limit', 'named'].flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}`, { 'X-Forwarded-For': '1.2.3.4' }),
  get(`/api/${name}`, { 'X-Forwarded-For': '1.2.3.4, 10.0.0.1' }),
]);
