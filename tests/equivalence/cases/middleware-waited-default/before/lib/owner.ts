import initMiddleware from './init-middleware';
import { requireOwner } from './checks';

// Waits for what looks at `req`.
export default initMiddleware(requireOwner);
