// A member of the body that may not be an object.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
