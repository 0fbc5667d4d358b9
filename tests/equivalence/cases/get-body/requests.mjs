// The body of a GET: for review where a handler is meant for GET; others find none, which is accepted.

import { get, head, json } from '../../lib/requests.mjs';

export const args = ['--unsafe'];

const routes = ['named', 'only', 'helper', 'keyed', 'routed', 'bound', 'anew', 'unlooking'];

export default routes.flatMap((name) => [
  get(`/api/${name}`),
  get(`/api/${name}`, { 'Content-Type': 'application/json' }),
  head(`/api/${name}`),
  json('GET', `/api/${name}`, { ids: ['a'], id: 'a', name: 'Ada' }),
  json('POST', `/api/${name}`, { ids: ['a'], id: 'a', name: 'Ada' }),
]);
