// Wrappers that are given the methods by a name.

import { bare } from '../../lib/requests.mjs';

const routes = ['constant', 'typed', 'imported', 'options', 'shorthand', 'open', 'added'];

export default routes.flatMap((route) =>
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => bare(method, `/api/${route}`)),
);
