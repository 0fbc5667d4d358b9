// Guards and wrappers by names that constants and functions give to what others make.

import { get } from '../../lib/requests.mjs';

const as = (role) => ({ Cookie: `token=${role}` });

export default ['/api/admin', '/api/drafts', '/api/new', '/api/bind?id=1', '/api/bind?id=taken', '/api/bind'].flatMap((path) => [
  get(path),
  get(path, as('admin')),
  get(path, as('editor')),
  get(path, as('author')),
]);
