// Names taken from the body; null has none and throws.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
