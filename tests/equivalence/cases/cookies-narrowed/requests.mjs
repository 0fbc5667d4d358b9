// Cookies behind checks of them, and without.

import { get } from '../../lib/requests.mjs';

export default [
  ...['', 'theme=dark', 'theme=', 'sid=1', 'sid=1; team=a; last=1', 'sid=1; token=t', 'sid=1; old-token=', 'sid=; team=b'],
  ...['session=s', 'auth-token=t; session=', 'sid=2; legacy-session=l; language=de'],
].flatMap((Cookie) => [get('/api/me', { Cookie }), get('/api/theme', { Cookie }), get('/api/any', { Cookie })]);
