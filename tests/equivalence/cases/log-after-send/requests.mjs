// A log that comes behind the response goes into `after`, which versions before 15 do not have.
import { bare, get } from '../../lib/requests.mjs';

export const versions = ['15', '16'];

export default [get('/api/sent?id=1'), bare('POST', '/api/sent'), bare('HEAD', '/api/sent?id=2')];
