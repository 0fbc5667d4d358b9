// Methods that are compared with constants of other files.

import { json } from '../../lib/requests.mjs';

export const stays = { '/api/odd': 'method-refusal' };

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const routes = ['compared', 'switched', 'listed', 'changed'];

export default routes.flatMap((route) => methods.map((method) => json(method, `/api/${route}`, {})));
