// A schema reads the body.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
