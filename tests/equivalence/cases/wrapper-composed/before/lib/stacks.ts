import type { NextApiHandler } from 'next';
import { compose } from './compose';
import { withErrors, withKey, withRole } from './wrappers';

/** What all endpoints have in common. */
export function withAll(handler: NextApiHandler): NextApiHandler {
  return compose(withErrors, withKey)(handler);
}

export const withAdmin = (role: string) => (handler: NextApiHandler) =>
  [withRole(role), withKey, withErrors].reduce((all, wrap) => wrap(all), handler);
