// A cookie that is joined from its parts is one text.

import { bare } from '../../lib/requests.mjs';

export default [bare('POST', '/api/login'), bare('DELETE', '/api/login')];
